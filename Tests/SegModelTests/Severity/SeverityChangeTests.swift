import Basics
import Testing

@testable import SegModel

@Suite struct SeverityChangeTests {
  private func figure(_ value: Double, _ half: Double?) -> Severity.Figure {
    Severity.Figure(value: value, interval: max(0, value - (half ?? 0))...min(100, value + (half ?? 0)), halfWidth: half)
  }

  @Test(arguments: [0.0, 0.3, 0.9]) func `the interval is narrower than two apart, and wider than either alone for a low correlation`(
    r: Double
  ) throws {
    let change = try #require(SeverityChange(from: figure(40, 12), to: figure(25, 9), correlation: r))
    let interval = try #require(change.interval)
    expectClose([change.value], [-15], relative: 1e-12)
    expectClose([interval.upperBound - interval.lowerBound], [2 * (144 + 81 - 2 * r * 108).squareRoot()], relative: 1e-12)
    #expect(interval.upperBound - interval.lowerBound < 2 * (12 + 9))
    #expect(change.isCertain == (15 > (144 + 81 - 2 * r * 108).squareRoot()))
  }

  @Test func `a change ends at 100 points, and has no interval where a value has none`() throws {
    let change = try #require(SeverityChange(from: figure(2, 30), to: figure(95, 30), correlation: 0))
    #expect(change.interval?.upperBound == 100)
    let drawn = try #require(SeverityChange(from: figure(2, nil), to: figure(95, 30)))
    #expect(drawn.value == 93 && drawn.interval == nil && !drawn.isCertain)
    #expect(SeverityChange(from: nil, to: figure(95, 30)) == nil)
  }

  /// Errors that are drawn with the correlation and the scales that the formula assumes lie inside it nine times in ten.
  @Test(arguments: [0.0, 0.4, 0.8]) func `covers nine of ten changes of correlated errors`(r: Double) throws {
    var generator = SeededGenerator(seed: 5)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) } }
    let quantile = 1.6449
    let count = 20_000
    let inside = (0..<count).count { _ in
      let (a, b) = (Double.random(in: 2..<20, using: &generator), Double.random(in: 2..<20, using: &generator))
      let shared = normal()
      func error(_ half: Double) -> Double { half / quantile * (r.squareRoot() * shared + (1 - r).squareRoot() * normal()) }
      let (first, second) = (50 + error(a), 50 + error(b))
      let change = SeverityChange(from: figure(first, a), to: figure(second, b), correlation: r)
      return change?.interval?.contains(0) ?? false
    }
    #expect(abs(Double(inside) / Double(count) - 0.9) < 0.01)
  }
}
