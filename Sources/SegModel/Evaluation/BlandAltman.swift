import Plotting

/// How far two ways of measuring lie apart (J. M. Bland, D. G. Altman, Lancet 1986).
public struct BlandAltman: Sendable, Equatable {
  /// Mean and difference (estimate less truth) of each pair.
  public let points: [Point]
  /// Mean of the differences.
  public let bias: Double
  /// Bias ± 1.96 standard deviations (n - 1) of the differences: where 95 % of them lie if they are normal.
  public let limits: ClosedRange<Double>

  /// Nil for fewer than three pairs. Numbers have to be finite.
  /// - Precondition: as many estimates as truths.
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

  public func figure(estimate: String, truth: String) -> Figure {
    func rule(_ value: Double, _ name: String, _ tone: Mark.Tone) -> Mark {
      Mark(.rule(.horizontal(value)), label: "\(name) \(PlotNumber.short(value))", tone: tone)
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
