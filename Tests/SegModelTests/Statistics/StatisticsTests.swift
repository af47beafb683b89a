import Basics
import Platform
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct StatisticsTests {
  @Test func `agrees with SciPy`() throws {
    let file = try fixture("statistics")
    let (x, y, ties) = (try file.doubles("x"), try file.doubles("y"), try file.doubles("ties"))
    let positive = try file.doubles("positive").map { $0 == 1 }
    let figures: [Double?] = [
      Statistics.pearson(x, y), Statistics.spearman(ties, y), Statistics.meanAbsoluteError(x, y),
      Statistics.areaUnderROC(ties, isPositive: positive), Statistics.quantile(y, 0.1), Statistics.median(Array(y[..<36])),
    ]
    expectClose(figures.map { $0 ?? .nan }, try file.doubles("figures"), relative: 1e-5)
    let ranks = try file.doubles("ranks")
    #expect(Statistics.ranks(ties) == ranks)
  }

  @Test func `fits the logistic curve`() throws {
    let file = try fixture("statistics")
    let positive = try file.doubles("positive").map { $0 == 1 }
    let parted = try file.doubles("parted")
    let curves = [
      try #require(LogisticRegression(figures: try file.doubles("x"), outcomes: positive)),
      try #require(LogisticRegression(figures: parted, outcomes: parted.map { $0 > 130 })),
    ]
    expectClose(curves.flatMap { [$0.bias, $0.slope] }, try file.doubles("curve"), relative: 1e-4)
    expectClose([curves[1].risk(at: 132)], [1 / (1 + exp(-(curves[1].bias + 132 * curves[1].slope)))], relative: 1e-12)
    #expect(curves[1].risk(at: .greatestFiniteMagnitude) == 1 && curves[1].risk(at: -.greatestFiniteMagnitude) == 0)
    #expect(LogisticRegression(figures: [1, 2, 3], outcomes: [true, true, true]) == nil)
    #expect(LogisticRegression(figures: [5, 5, 5], outcomes: [true, false, true]) == nil)
    #expect(LogisticRegression(figures: [1, .infinity], outcomes: [true, false]) == nil)
    #expect(LogisticRegression(figures: [], outcomes: []) == nil)
  }

  @Test func `is nil where nothing is defined`() {
    #expect(Statistics.mean([]) == nil && Statistics.median([]) == nil && Statistics.quantile([], 0.5) == nil)
    #expect(Statistics.pearson([], []) == nil && Statistics.pearson([1], [2]) == nil)
    #expect(Statistics.pearson([0.1, 0.1, 0.1], [1, 2, 3]) == nil, "what does not vary correlates with nothing")
    #expect(Statistics.areaUnderROC([1, 2], isPositive: [true, true]) == nil)
    #expect(Statistics.bootstrapInterval(count: 0) { _ in 1 } == nil)
    #expect(Statistics.bootstrapInterval(count: 3) { _ in nil } == nil)
  }

  @Test func `curves separate and reverse`() {
    #expect(Statistics.areaUnderROC([1, 2, 3, 4], isPositive: [false, false, true, true]) == 1)
    #expect(Statistics.areaUnderROC([1, 2, 3, 4], isPositive: [true, true, false, false]) == 0)
    #expect(Statistics.areaUnderROC([5, 5, 5], isPositive: [true, false, true]) == 0.5)
    expectClose(
      [Statistics.pearson([1, 2, 3], [2, 4, 6]) ?? 0, Statistics.pearson([1, 2, 3], [3, 2, 1]) ?? 0], [1, -1], relative: 1e-12)
  }

  @Test func `bootstrap is seeded and covers the mean`() throws {
    var generator = SeededGenerator(seed: 3)
    var covered = 0
    for _ in 0..<60 {
      let values = (0..<30).map { _ in generator.normal() }
      func interval(_ seed: UInt64) -> ClosedRange<Double>? {
        Statistics.bootstrapInterval(count: 30, draws: 300, seed: seed) { Statistics.mean($0.map { values[$0] }) }
      }
      let first = try #require(interval(1))
      #expect(first == interval(1) && first != interval(2))
      #expect(first.contains(try #require(Statistics.mean(values))))
      if first.contains(0) { covered += 1 }
    }
    #expect((48...60).contains(covered), "\(covered) of 60 intervals hold the true mean; 95 % should")
  }
}
