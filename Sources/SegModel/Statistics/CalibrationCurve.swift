import Basics
import Plotting

/// A calibration curve: cases binned by estimate, with the mean of what was observed in each bin.
public struct CalibrationCurve: Sendable, Equatable {
  /// Cases with similar estimates.
  public struct Bin: Sendable, Equatable {
    /// The number of cases.
    public let count: Int
    /// The mean of the estimates.
    public let estimate: Double
    /// The mean of the observed values.
    public let found: Double
    /// The 95 % CI of `found`: Wilson's for proportions, ±1.96 standard errors for numbers.
    public let interval: ClosedRange<Double>
  }

  /// The bins by ascending estimate.
  public let bins: [Bin]
  /// The number of cases.
  public let count: Int
  /// Whether observations are 0 or 1 and estimates are probabilities.
  public let isOfShares: Bool
  /// The values that estimates and observations can have; nil if unknown or if some lie outside.
  public let range: ClosedRange<Double>?
  /// The number of estimates and observations outside that range.
  public let outside: Int

  /// Bins cases at the quantiles of the estimates, with about as many in each bin; empty bins are left out. Nil for fewer than ten cases.
  ///
  /// - Parameters:
  ///   - truths: Observed numbers, or 0 and 1.
  ///   - range: The values that a score can have, such as 0...8; it limits the intervals.
  ///   - bins: The maximum number of bins (2...50); fewer if a bin would hold less than five cases.
  /// - Precondition: As many estimates as observations, all finite.
  public init?(estimates: [Double], truths: [Double], range: ClosedRange<Double>? = nil, bins most: Int = 10) {
    precondition(estimates.count == truths.count, "pairs")
    guard estimates.count >= 10 else { return nil }
    count = estimates.count
    isOfShares = truths.allSatisfy { $0 == 0 || $0 == 1 } && estimates.allSatisfy { (0...1).contains($0) }
    let known = isOfShares ? 0...1 : range
    outside = known.map { known in (estimates + truths).count { !known.contains($0) } } ?? 0
    // Where numbers lie outside, the range is not what the column holds.
    self.range = outside == 0 ? known : nil
    let binCount = max(2, min(most, 50, estimates.count / 5))
    let edges = (1..<binCount).compactMap { Statistics.quantile(estimates, Double($0) / Double(binCount)) }
    var members = [[Int]](repeating: [], count: binCount)
    for index in estimates.indices {
      // NumPy's searchsorted: the first edge that is not below the estimate.
      members[edges.firstIndex { $0 >= estimates[index] } ?? edges.count].append(index)
    }
    let (isOfShares, scores) = (isOfShares, self.range)
    bins = members.compactMap { indices in
      guard let estimate = Statistics.mean(indices.map { estimates[$0] }), let found = Statistics.mean(indices.map { truths[$0] }) else {
        return nil
      }
      let reach =
        isOfShares
        ? Statistics.wilsonInterval(indices.count { truths[$0] == 1 }, of: indices.count) ?? found...found
        : Self.normal(indices.map { truths[$0] }, found)
      let interval = scores.map { max(reach.lowerBound, $0.lowerBound)...min(reach.upperBound, $0.upperBound) } ?? reach
      return Bin(count: indices.count, estimate: estimate, found: found, interval: interval)
    }
  }

  private static func normal(_ values: [Double], _ mean: Double) -> ClosedRange<Double> {
    guard values.count > 1 else { return mean...mean }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    let reach = 1.96 * (variance / Double(values.count)).squareRoot()
    return reach.isFinite ? mean - reach...mean + reach : mean...mean
  }

  /// Draws observed against estimated values with 95 % CIs and the diagonal; the parameters name both.
  public func figure(estimate: String, truth: String) -> Figure {
    let ends = bins.flatMap { [$0.estimate, $0.found] }
    let diagonal = range ?? (ends.min() ?? 0)...(ends.max() ?? 1)
    return Figure(
      title: "Calibration of \(estimate)",
      notes: ["\(count) cases in \(bins.count) bins, 95 % intervals"]
        + (outside > 0 ? ["\(outside) numbers lie outside the values that \(estimate) can have"] : []),
      x: Axis("mean \(estimate)", limits: range), y: Axis(isOfShares ? "share with \(truth)" : "mean \(truth)", limits: range),
      marks: [
        Mark(
          .rule(.segment(Point(x: diagonal.lowerBound, y: diagonal.lowerBound), Point(x: diagonal.upperBound, y: diagonal.upperBound))),
          tone: .muted),
        Mark(.intervals(bins.map { Mark.Span(x: $0.estimate, low: $0.interval.lowerBound, high: $0.interval.upperBound) })),
        Mark(.line(bins.map { Point(x: $0.estimate, y: $0.found) })), Mark(.points(bins.map { Point(x: $0.estimate, y: $0.found) })),
      ], isSquare: true)
  }
}
