import Basics
import Plotting

/// Bland-Altman analysis: the agreement of two methods of measurement (J. M. Bland, D. G. Altman, Lancet 1986).
public struct BlandAltman: Sendable, Equatable {
  /// The mean (x) and the difference (y, estimate minus reference) of each pair.
  public let points: [Point]
  /// The mean of the differences.
  public let bias: Double
  /// The limits of agreement: bias ± 1.96 standard deviations (n - 1) of the differences, which contain 95 % of them if they are normal.
  public let limits: ClosedRange<Double>

  /// Analyzes pairs; nil for fewer than three pairs or values that are not finite.
  /// - Precondition: As many estimates as references.
  public init?(estimates: [Double], truths: [Double]) {
    precondition(estimates.count == truths.count, "pairs")
    let differences = zip(estimates, truths).map { $0 - $1 }
    guard differences.count >= 3, let bias = Statistics.mean(differences) else { return nil }
    let variance = differences.reduce(0) { $0 + ($1 - bias) * ($1 - bias) } / Double(differences.count - 1)
    let reach = 1.96 * variance.squareRoot()
    guard reach.isFinite, bias.isFinite else { return nil }
    self.bias = bias
    limits = bias - reach...bias + reach
    points = zip(zip(estimates, truths), differences).map { Point(x: ($0.0 + $0.1) / 2, y: $1) }
  }

  /// Draws differences against means with bias and limits of agreement; the parameters name both methods.
  public func figure(estimate: String, truth: String) -> Figure {
    func rule(_ value: Double, _ name: String, _ tone: Mark.Tone) -> Mark {
      Mark(.rule(.horizontal(value)), label: "\(name) \(NumberFormat.plotShort(value))", tone: tone)
    }
    return Figure(
      title: "Agreement of \(estimate) and \(truth)", notes: ["\(points.count) cases"], x: Axis("mean of the two"),
      y: Axis("\(estimate) minus \(truth)"),
      marks: [
        Mark(.points(points)), rule(bias, "mean", .series(0)), rule(limits.upperBound, "+1.96 SD", .series(1)),
        rule(limits.lowerBound, "−1.96 SD", .series(1)),
      ])
  }
}
