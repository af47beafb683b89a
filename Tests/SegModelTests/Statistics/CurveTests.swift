import Foundation
import Testing

@testable import SegModel

@Suite("Curves of an evaluation")
struct CurveTests {
  private struct Reference: Decodable {
    let scores, positive, truth: [Double]
    let roc: [[Double]]
    let area, bias: Double
    let shares, means: [[Double]]
    let limits: [Double]
  }

  private let reference: Reference

  init() throws {
    let path = try #require(Bundle.module.path(forResource: "Fixtures/curves", ofType: "json"))
    reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `a ROC curve goes through NumPy's points and encloses SciPy's area`() throws {
    let curve = try #require(ROCCurve(scores: reference.scores, isPositive: reference.positive.map { $0 == 1 }))
    expectClose(curve.points.flatMap { [$0.x, $0.y] }, reference.roc.flatMap { $0 }, relative: 1e-12, absolute: 1e-12)
    expectClose([curve.area], [reference.area], relative: 1e-12)
    let trapezoids = zip(curve.points, curve.points.dropFirst()).reduce(0) { $0 + ($1.1.x - $1.0.x) * ($1.0.y + $1.1.y) / 2 }
    expectClose([trapezoids], [curve.area], relative: 1e-12)
    #expect(try #require(curve.interval).contains(curve.area))
    #expect(curve.figure(score: "percent", outcome: "death").notes[1] == "\(curve.positives) of 73 cases positive")
    #expect(ROCCurve(scores: [1, 2], isPositive: [true, true]) == nil && ROCCurve(scores: [], isPositive: []) == nil)
  }

  @Test func `calibration has NumPy's bins, Wilson's intervals of shares and standard errors of means`() throws {
    func rows(_ curve: CalibrationCurve) -> [Double] {
      curve.bins.flatMap { [Double($0.count), $0.estimate, $0.found, $0.interval.lowerBound, $0.interval.upperBound] }
    }
    let shares = try #require(CalibrationCurve(estimates: reference.scores, truths: reference.positive))
    expectClose(rows(shares), reference.shares.flatMap { $0 }, relative: 1e-9, absolute: 1e-12)
    #expect(shares.isOfShares)
    let means = try #require(CalibrationCurve(estimates: reference.scores, truths: reference.truth))
    expectClose(rows(means), reference.means.flatMap { $0 }, relative: 1e-9, absolute: 1e-12)
    #expect(!means.isOfShares)
    #expect(CalibrationCurve(estimates: [1, 2], truths: [1, 2]) == nil)
    #expect(CalibrationCurve(estimates: [Double](repeating: 0.5, count: 20), truths: [Double](repeating: 1, count: 20))?.bins.count == 1)
  }

  @Test func `limits of agreement are NumPy's`() throws {
    let estimates = reference.scores.map { 6 * $0 }
    let agreement = try #require(BlandAltman(estimates: estimates, truths: reference.truth))
    expectClose(
      [agreement.bias, agreement.limits.lowerBound, agreement.limits.upperBound], [reference.bias] + reference.limits, relative: 1e-12)
    #expect(agreement.points[3].y == estimates[3] - reference.truth[3])
    #expect(BlandAltman(estimates: [1, 2], truths: [1, 2]) == nil)
    #expect(BlandAltman(estimates: [1, 2, 3], truths: [1, 2, 3])?.limits == 0...0)
  }
}
