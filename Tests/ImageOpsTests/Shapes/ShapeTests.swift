import Basics
import Foundation
import ImageOps
import Testing

/// Shapes that a person draws, as masks.
@Suite struct ShapeTests {
  struct Fixture: Decodable {
    struct Polygon: Decodable {
      let points: [[Double]]
      let mask: MaskFixtures.Packed
    }
    struct Ellipse: Decodable {
      let corners: [[Double]]
      let mask: MaskFixtures.Packed
    }
    struct Stroke: Decodable {
      let points: [[Double]]
      let radius: Double
      let mask: MaskFixtures.Packed
    }
    let polygons: [Polygon]
    let ellipses: [Ellipse]
    let strokes: [Stroke]
  }

  static let size = Size(width: 83, height: 37)

  static func points(_ pairs: [[Double]]) -> [FinePoint] { pairs.compactMap { FinePoint(row: $0[0], column: $0[1]) } }

  @Test func `agree with scikit-image`() throws {
    let fixture = try MaskFixtures.load("shapes.json", as: Fixture.self)
    for (index, entry) in fixture.polygons.enumerated() {
      let mask = try Mask(size: Self.size, polygons: [Self.points(entry.points)])
      #expect(mask == entry.mask.mask, "polygon \(index)")
    }
    for (index, entry) in fixture.ellipses.enumerated() {
      let corners = Self.points(entry.corners)
      #expect(Mask(size: Self.size, ellipse: corners[0], corners[1]) == entry.mask.mask, "ellipse \(index)")
    }
    for (index, entry) in fixture.strokes.enumerated() {
      let mask = try Mask(size: Self.size, strokeThrough: Self.points(entry.points), radius: entry.radius)
      #expect(mask == entry.mask.mask, "stroke \(index)")
    }
  }

  @Test func `rectangles take what lies on their edges`() throws {
    let corners = Self.points([[2, 70.5], [5.5, 90]])
    let mask = Mask(size: Self.size, rectangle: corners[1], corners[0])
    #expect(mask.count == 4 * 12 && mask[2, 71] && mask[5, 82] && !mask[6, 75] && !mask[2, 70])
    #expect(mask == (try Mask(size: Self.size, polygons: [Self.points([[2, 70.5], [2, 90], [5.5, 90], [5.5, 70.5]])])))
  }

  @Test func `points are rounded and bounded`() {
    #expect(FinePoint(row: 1.004, column: -2.006) == FinePoint(hundredths: 100, -201))
    for value in [Double.nan, .infinity, 200_000.1, -1e300] {
      #expect(FinePoint(row: value, column: 0) == nil && FinePoint(row: 0, column: value) == nil)
    }
    #expect(FinePoint(row: -200_000, column: 200_000) != nil)
  }

  @Test func `degenerate shapes are empty or clipped`() throws {
    let one = Size(width: 1, height: 1)
    let far = Self.points([[-200_000, -200_000], [-200_000, 200_000], [200_000, 200_000], [200_000, -200_000]])
    #expect(try Mask(size: one, polygons: [far]).count == 1)
    #expect(Mask(size: one, ellipse: far[0], far[2]).count == 1)
    #expect(Mask(size: one, rectangle: far[0], far[2]).count == 1)
    #expect(try Mask(size: one, polygons: []).isEmpty)
    #expect(try Mask(size: one, polygons: [[]]).isEmpty)
    #expect(try Mask(size: one, strokeThrough: [], radius: 3).isEmpty)
    #expect(try Mask(size: one, strokeThrough: far, radius: 10_000).isEmpty)
    for radius in [-1, .nan, 10_001] {
      #expect(throws: ImageError.self) { try Mask(size: one, strokeThrough: far, radius: radius) }
    }
  }

  @Test func `touching regions and gaps are found`() throws {
    var mask = Mask(size: Size(width: 20, height: 10))
    for row in 2...7 { for column in 2...7 { mask[row, column] = true } }
    for row in 4...5 { for column in 4...5 { mask[row, column] = false } }
    mask[8, 8] = true
    mask[1, 15] = true
    let inside = Self.points([[3.4, 2.6]])
    #expect(try mask.regions(at: inside).count == 6 * 6 - 4 + 1, "corners touch")
    #expect(try mask.regions(at: Self.points([[0, 0], [50, 3], [-0.6, 2]])).isEmpty)
    #expect(try mask.gaps(at: Self.points([[4.4, 5.4]])).count == 4)
    let outer = try mask.gaps(at: Self.points([[0, 0]]))
    #expect(outer.touchesBorder && outer.count == 200 - 36 - 2)
    #expect(try !mask.gaps(at: Self.points([[4.4, 5.4]])).touchesBorder)
    #expect(try mask.gaps(at: Self.points([[0, 0]]), within: Mask(size: mask.size)).isEmpty)
  }

  @Test func `outlines filled give the mask again`() throws {
    for seed in 0..<60 as Range<UInt64> {
      let size = Size(width: 1 + Int(seed * 37 % 150), height: 1 + Int(seed * 13 % 40))
      let mask = Mask.random(size, seed: seed)
      let outlines = try mask.outlines()
      #expect(outlines.count == (try mask.componentCount(connectivity: .four)), "one polygon a region, seed \(seed)")
      let loops = outlines.map { $0.map { FinePoint(hundredths: 100 * $0.row - 50, 100 * $0.column - 50) } }
      var union = Mask(size: size)
      for loop in loops { union = try union.union(Mask(size: size, polygons: [loop])) }
      #expect(union == mask, "each by itself, seed \(seed)")
      #expect(try Mask(size: size, polygons: loops) == mask, "all at once, seed \(seed)")
      for loop in outlines {
        for (corner, next) in zip(loop, loop.dropFirst() + loop.prefix(1)) {
          #expect((corner.row == next.row) != (corner.column == next.column), "straight edges, seed \(seed)")
        }
      }
    }
    #expect(try Mask(size: Self.size).outlines().isEmpty)
    #expect(
      try Mask(size: Self.size, filled: true).outlines() == [
        [(0, 83), (37, 83), (37, 0), (0, 0)].map { PixelCorner(row: $0.0, column: $0.1) }
      ])
  }
}

/// Outlines of fewer corners.
@Suite struct SimplifiedOutlineTests {
  static func loops(_ outlines: [[PixelCorner]]) -> [[FinePoint]] {
    outlines.map { $0.map { FinePoint(hundredths: 100 * $0.row - 50, 100 * $0.column - 50) } }
  }

  /// The distance of a pixel's center from the nearest line of polygons.
  static func distance(row: Int, column: Int, _ outlines: [[PixelCorner]]) -> Double {
    let (y, x) = (Double(row) + 0.5, Double(column) + 0.5)
    var least = Double.infinity
    for outline in outlines {
      for (a, b) in zip(outline, outline.dropFirst() + outline.prefix(1)) {
        let (dy, dx) = (Double(b.row - a.row), Double(b.column - a.column))
        let along = min(max(((y - Double(a.row)) * dy + (x - Double(a.column)) * dx) / max(dy * dy + dx * dx, 1), 0), 1)
        least = min(least, hypot(y - Double(a.row) - along * dy, x - Double(a.column) - along * dx))
      }
    }
    return least
  }

  @Test func `move no pixel that is farther from the outline than the tolerance`() throws {
    for seed in 0..<30 as Range<UInt64> {
      let size = Size(width: 20 + Int(seed * 37 % 90), height: 10 + Int(seed * 13 % 40))
      let mask = Mask.random(size, seed: seed)
      let exact = try mask.outlines()
      for tolerance in [0.5, 1, 2.5] {
        let outlines = try mask.outlines(simplifiedWithin: tolerance)
        #expect(outlines.count == exact.count && outlines.allSatisfy { $0.count >= 3 }, "seed \(seed)")
        let moved = try Mask(size: size, polygons: Self.loops(outlines)).symmetricDifference(mask)
        for row in 0..<size.height {
          for column in 0..<size.width where moved[row, column] {
            #expect(Self.distance(row: row, column: column, exact) <= tolerance + 1e-9, "seed \(seed), pixel \(row), \(column)")
          }
        }
      }
    }
  }

  @Test func `a disk keeps its form with few corners`() throws {
    let size = Size(width: 120, height: 120)
    let disk = Mask(size: size, ellipse: FinePoint(hundredths: 1000, 1000), FinePoint(hundredths: 11_000, 11_000))
    let (exact, simple) = (try disk.outlines(), try disk.outlines(simplifiedWithin: 1))
    #expect(simple[0].count < 30 && exact[0].count > 150)
    let filled = try Mask(size: size, polygons: Self.loops(simple))
    #expect(2 * Double(try filled.intersectionCount(disk)) / Double(filled.count + disk.count) > 0.98)
  }

  @Test func `agree with shapely`() throws {
    struct Fixture: Decodable {
      let mask: MaskFixtures.Packed
      let tolerance: Double
      let outlines: [[[Int]]]
    }
    for fixture in try MaskFixtures.load("outlines.json", as: [Fixture].self) {
      let outlines = try fixture.mask.mask.outlines(simplifiedWithin: fixture.tolerance)
      #expect(outlines == fixture.outlines.map { $0.map { PixelCorner(row: $0[0], column: $0[1]) } })
    }
  }
}

/// The brush that heeds edges.
@Suite struct EdgeBrushTests {
  static let size = Size(width: 90, height: 60)
  static let line = ShapeTests.points([[30, 20], [30, 70]])

  /// Two grounds that meet at a column, with grain.
  static func grounds(step: Float, noise: Float, seed: UInt64 = 3, meetingAt edge: Int = 52) -> GrayImage {
    var generator = SeededGenerator(seed: seed)
    return GrayImage(
      size: size,
      pixels: (0..<size.count).map { index in
        let grain = (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) }
        return 100 + noise * grain + (index % size.width < edge ? 0 : step)
      })
  }

  @Test func `takes all of the brush where there is no edge`() throws {
    let brush = try Mask(size: Self.size, strokeThrough: Self.line, radius: 12)
    let flat = try Self.grounds(step: 0, noise: 0).edgeStroke(through: Self.line, radius: 12)
    #expect(flat == brush)
    let grainy = try Self.grounds(step: 0, noise: 3).edgeStroke(through: Self.line, radius: 12)
    #expect(Double(grainy.count) > 0.93 * Double(brush.count), "\(grainy.count) of \(brush.count)")
    #expect(try grainy.isSubset(of: brush))
  }

  @Test func `stops at an edge`() throws {
    let short = ShapeTests.points([[30, 20], [30, 46]])
    let picture = Self.grounds(step: 60, noise: 3)
    let brush = try Mask(size: Self.size, strokeThrough: short, radius: 14)
    let reached = try picture.edgeStroke(through: short, radius: 14)
    let beyond = Mask(size: Self.size) { $0 % Self.size.width >= 54 }
    #expect(try brush.intersectionCount(beyond) > 50)
    #expect(try reached.intersectionCount(beyond) == 0)
    let before = Mask(size: Self.size) { $0 % Self.size.width < 49 }
    let (found, all) = (try reached.intersectionCount(before), try brush.intersectionCount(before))
    #expect(Double(found) > 0.9 * Double(all), "\(found) of \(all)")
  }

  @Test func `depends on no threads and stops`() throws {
    let picture = Self.grounds(step: 20, noise: 4)
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let masks = try [1, 3].map { count in
      Parallel.threadCount = count
      return try picture.edgeStroke(through: Self.line, radius: 20)
    }
    #expect(masks[0] == masks[1])
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try picture.edgeStroke(through: Self.line, radius: 20) }
    }
    #expect(try picture.edgeStroke(through: ShapeTests.points([[-500, -500]]), radius: 20).isEmpty)
    let holes = picture.with(pixels: picture.pixels.enumerated().map { $0 % 7 == 0 ? .nan : $1 })
    #expect(try holes.edgeStroke(through: Self.line, radius: 5).count > 0)
  }
}
