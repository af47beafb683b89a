import Foundation
import ImageOps
import Testing

/// Against SciPy and scikit-image; the fixtures come from `Tools/fixtures/regions.py`.
struct RegionReferenceTests {
  private struct Fixtures: Decodable {
    struct Case: Decodable {
      let name: String
      let input: MaskFixtures.Packed
      let four, eight, filled, filledUpTo3, clearedBorder, withoutSmall: Data
      let squared, anisotropic: Data?
      let contoursJoined, contoursApart: [[[Double]]]?
    }
    struct Table: Decodable {
      let width, height: Int
      let labels, image: Data
      let regions: [Row]
    }
    struct Row: Decodable {
      let label: UInt32
      let area: Int
      let centroid: [Double]
      let box: [Int]
      let mean, minimum, maximum, perimeter, equivalentDiameter, majorAxis, minorAxis, eccentricity, orientation: Double
      let convexArea, euler: Int
      let solidity: Double
    }
    let cases: [Case]
    let tables: [Table]
  }

  private func labels(_ data: Data) -> [UInt32] { MaskFixtures.numbers(data, of: UInt16.self).map { UInt32($0) } }

  @Test func `components match SciPy`() throws {
    for item in try MaskFixtures.load("regions.json", as: Fixtures.self).cases {
      let mask = item.input.mask
      let reference = { MaskFixtures.mask($0, mask.size) }
      #expect(try mask.labeled(connectivity: .four).labels == labels(item.four), "\(item.name)")
      #expect(try mask.labeled(connectivity: .eight).labels == labels(item.eight), "\(item.name)")
      #expect(try mask.componentCount() == Int(labels(item.eight).max() ?? 0), "\(item.name)")
      #expect(try mask.fillingHoles() == reference(item.filled), "\(item.name)")
      #expect(try mask.fillingHoles(upTo: 3) == reference(item.filledUpTo3), "\(item.name)")
      #expect(try mask.clearingBorder() == reference(item.clearedBorder), "\(item.name)")
      #expect(try mask.removingSmall(below: 5) == reference(item.withoutSmall), "\(item.name)")
    }
  }

  @Test func `distances match SciPy exactly`() throws {
    for item in try MaskFixtures.load("regions.json", as: Fixtures.self).cases {
      var mask = item.input.mask
      guard let squared = item.squared, let anisotropic = item.anisotropic else { continue }
      let expected = MaskFixtures.numbers(squared, of: UInt16.self).map { Float($0).squareRoot() }
      #expect(try mask.distanceTransform().pixels == expected, "\(item.name)")
      mask.spacing = .calibrated(row: 0.7, column: 0.3)
      let distances = try mask.distanceTransform(inMillimeters: true).pixels
      for (ours, theirs) in zip(distances, MaskFixtures.numbers(anisotropic, of: Float.self)) {
        #expect(abs(ours - theirs) <= 1e-6 * theirs, "\(item.name)")
      }
    }
  }

  /// A polygon that starts at its least vertex and runs toward the lesser of its neighbors, whatever its direction was.
  private func canonical(_ polygon: [[Double]]) -> [[Double]] {
    let start = polygon.indices.min { polygon[$0].lexicographicallyPrecedes(polygon[$1]) } ?? 0
    let turned = Array(polygon[start...] + polygon[..<start])
    let reversed = Array(turned.prefix(1) + turned.dropFirst().reversed())
    guard turned.count > 1 else { return turned }
    return turned[1].lexicographicallyPrecedes(reversed[1]) ? turned : reversed
  }

  private func sorted(_ polygons: [[[Double]]]) -> [[[Double]]] {
    polygons.map(canonical).sorted { $0.joined().lexicographicallyPrecedes($1.joined()) }
  }

  @Test func `contours match scikit-image`() throws {
    var compared = 0
    for item in try MaskFixtures.load("regions.json", as: Fixtures.self).cases {
      for (reference, connectivity) in [(item.contoursJoined, Connectivity.eight), (item.contoursApart, .four)] {
        guard let reference else { continue }
        let ours = try item.input.mask.contours(connectivity: connectivity).map { $0.vertices.map { [$0.row, $0.column] } }
        #expect(sorted(ours) == sorted(reference), "\(item.name)")
        compared += reference.count
      }
    }
    #expect(compared > 100)
  }

  @Test func `region tables match scikit-image`() throws {
    for table in try MaskFixtures.load("regions.json", as: Fixtures.self).tables {
      let size = Size(width: table.width, height: table.height)
      var picture = LabelImage(size: size, labels: labels(table.labels), names: [7: "first"])
      picture.spacing = .calibrated(row: 0.5, column: 0.25)
      let image = GrayImage(size: size, pixels: MaskFixtures.numbers(table.image, of: UInt16.self).map { Float($0) })
      let regions = try picture.regions(beneath: image)
      #expect(regions.map(\.label) == table.regions.map(\.label))
      #expect(regions.first?.name == "first")
      for (ours, theirs) in zip(regions, table.regions) {
        #expect(ours.eulerNumber == theirs.euler, "label \(ours.label)")
        #expect(ours.area == theirs.area && ours.convexArea == theirs.convexArea, "label \(ours.label)")
        #expect([ours.rows.lowerBound, ours.columns.lowerBound, ours.rows.upperBound, ours.columns.upperBound] == theirs.box)
        #expect(ours.areaInSquareMillimeters == Double(ours.area) / 8)
        let intensity = try #require(ours.intensity)
        #expect(Double(intensity.minimum) == theirs.minimum && Double(intensity.maximum) == theirs.maximum)
        let pairs = [
          (ours.centroid.row, theirs.centroid[0]), (ours.centroid.column, theirs.centroid[1]), (intensity.mean, theirs.mean),
          (ours.perimeter, theirs.perimeter), (ours.equivalentDiameter, theirs.equivalentDiameter), (ours.majorAxis, theirs.majorAxis),
          (ours.minorAxis, theirs.minorAxis), (ours.eccentricity, theirs.eccentricity), (ours.solidity, theirs.solidity),
        ]
        for (index, pair) in pairs.enumerated() { #expect(abs(pair.0 - pair.1) < 1e-6, "label \(ours.label), figure \(index)") }
        // A round region has no orientation; scikit-image's sign at exactly 45 degrees is kept.
        if theirs.eccentricity > 1e-6 { #expect(abs(ours.orientation - theirs.orientation) < 1e-6, "label \(ours.label)") }
      }
    }
  }
}
