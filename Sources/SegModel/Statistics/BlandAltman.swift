import Basics
import Plotting

/// Bland-Altman analysis: the agreement of two methods of measurement (J. M. Bland, D. G. Altman, Lancet 1986).
public struct BlandAltman: Sendable, Equatable {
  /// The mean (x) and the difference (y, estimate minus reference) of each pair.
  public let points: [Point]
  /// The mean of the differences.
  public let bias: Double
  /// The standard deviation (n - 1) of the differences.
  public let deviation: Double
  /// The limits of agreement: bias ± 1.96 standard deviations (n - 1) of the differences, which contain 95 % of them if they are normal.
  public let limits: ClosedRange<Double>

  /// Analyzes pairs; nil for fewer than three pairs or values that are not finite.
  /// - Precondition: As many estimates as references.
  public init?(estimates: [Double], truths: [Double]) {
    precondition(estimates.count == truths.count, "pairs")
    let differences = zip(estimates, truths).map { $0 - $1 }
    guard differences.count >= 3, let bias = Statistics.mean(differences) else { return nil }
    guard let deviation = Statistics.standardDeviation(differences) else { return nil }
    let reach = 1.96 * deviation
    self.deviation = deviation
    guard reach.isFinite, bias.isFinite else { return nil }
    self.bias = bias
    limits = bias - reach...bias + reach
    points = zip(zip(estimates, truths), differences).map { Point(x: ($0.0 + $0.1) / 2, y: $1) }
  }

  /// The confidence interval of the mean difference, by Student's t.
  public func biasInterval(level: Double = 0.95) -> ClosedRange<Double> {
    let n = Double(points.count)
    let reach = Distributions.studentQuantile((1 + level) / 2, degrees: n - 1) * deviation / n.squareRoot()
    return bias - reach...bias + reach
  }

  /// How far the confidence interval of either limit of agreement reaches to both sides, approximately: the standard error of a limit is
  /// √(1/n + 1.96²/(2(n - 1))) standard deviations (J. M. Bland and D. G. Altman, Statistical Methods in Medical Research 1999).
  public func limitReach(level: Double = 0.95) -> Double {
    let n = Double(points.count)
    let error = deviation * (1 / n + 1.96 * 1.96 / (2 * (n - 1))).squareRoot()
    return Distributions.studentQuantile((1 + level) / 2, degrees: n - 1) * error
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
