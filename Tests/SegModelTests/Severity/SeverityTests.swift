import Basics
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct SeverityTests {
  private let size = Size(width: 100, height: 60)

  /// Two lungs of 30 × 40 and 30 × 60 pixels.
  private var lungs: LabelImage {
    LabelImage(
      size: size,
      labels: (0..<size.count).map { index in
        let (row, column) = (index / 100, index % 100)
        if (10..<40).contains(column), (10..<50).contains(row) { return 1 }
        return (60..<90).contains(column) ? 2 : 0
      })
  }

  @Test func `counts zones by thirds of each lung`() throws {
    // Columns of each zone, counted over its rows: the right lung's thirds begin at rows 10, 24 and 37, the left lung's at 0, 20 and 40.
    let opacity = Mask(size: size) { index in
      let (row, column) = (index / 100, index % 100)
      return column < 50 ? row >= 37 : row < 20 && column < 75
    }
    let severity = try Severity(lungs: lungs, opacity: opacity)
    let zones = LungZone.allCases.map { severity.zones[$0]?.value ?? -1 }
    expectClose(zones, [0, 0, 100, 50, 0, 0], relative: 1e-9)
    expectClose([try #require(severity.rightPercent).value], [100 * 13.0 / 40], relative: 1e-9)
    expectClose([try #require(severity.leftPercent).value], [100.0 / 6], relative: 1e-9)
    expectClose([try #require(severity.percent).value], [100 * (13.0 * 30 + 20 * 15) / (30 * 100)], relative: 1e-9)
    #expect(severity.extent?.value == 3 && severity.grade == .mild)
    #expect(severity.extentEstimate == nil && severity.brixiaEstimate == nil)
    #expect(severity.figures.allSatisfy { $0.figure.map { $0.interval == $0.value...$0.value } ?? true }, "nothing is uncertain")
  }

  @Test func `zones add up`() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<10 {
      let labels = LabelImage(size: size, labels: (0..<size.count).map { _ in UInt32(generator.next() % 4) })
      let opacity = Mask(size: size) { _ in generator.next() & 1 == 0 }
      let zones = try LungZones(lungs: labels, opacity: opacity)
      let right = labels.mask(of: 1)
      let opaque = try right.intersection(opacity)
      #expect(zones.right.area == right.count && zones.right.opaque == opaque.count)
      #expect(zones.both.area == labels.labels.count { $0 == 1 || $0 == 2 }, "other labels belong to no lung")
    }
  }

  @Test func `is defined without lungs`() throws {
    let nothing = LabelImage(size: size, labels: [UInt32](repeating: 0, count: size.count))
    let severity = try Severity(lungs: nothing, opacity: Mask(size: size, filled: true))
    #expect(severity.figures.allSatisfy { $0.figure == nil } && severity.grade == .noLungs)
    #expect(severity.json["percent"] == .null && severity.json["grade"]?.stringValue == "no lungs found")
    var one = nothing
    one[5, 5] = 2
    let left = try Severity(lungs: one, opacity: Mask(size: size, filled: true))
    #expect(left.leftPercent?.value == 100 && left.rightPercent == nil && left.extent?.value == 4 && left.percent?.value == 100)
    #expect(left.zones.count == 1 && left.grade == .verySevere)
    _ = try JSON(parsing: left.json.description)
    #expect(throws: ImageError.self) { try Severity(lungs: one, opacity: Mask(size: Size(width: 2, height: 2))) }
  }

  @Test(arguments: [(0, 0), (0.99, 0), (1, 1), (24.9, 1), (25, 2), (50, 2), (50.1, 3), (75, 3), (75.1, 4), (100, 4)])
  func `extent points follow the scale`(percent: Double, points: Double) { #expect(Severity.extentPoints(percent: percent) == points) }

  @Test(arguments: [
    (nil, Severity.Grade.noLungs), (0, .none), (0.999, .none), (1, .mild), (25, .moderate), (50, .moderate), (50.1, .severe), (75, .severe),
    (75.1, .verySevere),
  ])
  func `grades follow their cutoffs`(percent: Double?, grade: Severity.Grade) { #expect(Severity.Grade(percent: percent) == grade) }
}
