/// Areas under the ROC curves of one or more scores on the same cases, with their variances and covariances.
///
/// Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 1988; the ranks are those of X. Sun and W. Xu, IEEE Signal Processing Letters 2014.
/// O(n log n) per score.
public struct DeLong: Sendable, Equatable {
  /// The area under the curve of each score.
  public let areas: [Double]
  /// The covariance of the areas.
  public let covariance: [[Double]]

  /// Computes areas; nil for fewer than two cases of either outcome. Scores must be finite.
  /// - Precondition: As many scores of each kind as outcomes.
  public init?(_ scores: [[Double]], isPositive: [Bool]) {
    precondition(scores.allSatisfy { $0.count == isPositive.count }, "pairs")
    let positives = isPositive.indices.filter { isPositive[$0] }
    let negatives = isPositive.indices.filter { !isPositive[$0] }
    guard positives.count > 1, negatives.count > 1 else { return nil }
    let (m, n) = (Double(positives.count), Double(negatives.count))
    // The share of the other outcome that each case is on the right side of.
    var (ofPositives, ofNegatives): ([[Double]], [[Double]]) = ([], [])
    for score in scores {
      let ranks = Statistics.ranks(score)
      let own = Statistics.ranks(positives.map { score[$0] })
      let others = Statistics.ranks(negatives.map { score[$0] })
      ofPositives.append(zip(positives, own).map { (ranks[$0] - $1) / n })
      ofNegatives.append(zip(negatives, others).map { 1 - (ranks[$0] - $1) / m })
    }
    let means = ofPositives.map { $0.reduce(0, +) / m }
    func covariance(_ a: [Double], _ b: [Double]) -> Double {
      let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
      return zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / Double(a.count - 1)
    }
    areas = means
    self.covariance = scores.indices.map { i in
      scores.indices.map { j in covariance(ofPositives[i], ofPositives[j]) / m + covariance(ofNegatives[i], ofNegatives[j]) / n }
    }
  }

  /// The confidence interval of an area, within 0...1.
  public func interval(of score: Int, level: Double = 0.95) -> ClosedRange<Double> {
    let reach = Distributions.normalQuantile((1 + level) / 2) * max(0, covariance[score][score]).squareRoot()
    return max(0, areas[score] - reach)...min(1, areas[score] + reach)
  }

  /// The two-sided p-value of equal areas of two scores; nil if their difference has no variance.
  public func p(_ first: Int, _ second: Int) -> Double? {
    let variance = covariance[first][first] + covariance[second][second] - 2 * covariance[first][second]
    guard variance > 1e-18 else { return nil }
    return Distributions.normalTwoSided((areas[first] - areas[second]) / variance.squareRoot())
  }
}

/// The threshold of a score with the greatest sum of sensitivity and specificity (W. J. Youden, 1950).
public struct YoudenThreshold: Sendable, Equatable {
  /// Cases at or above it count as positive. The highest of several equally good ones.
  public let threshold: Double
  /// Positive cases at or above the threshold, and all positive cases.
  public let found: (count: Int, of: Int)
  /// Negative cases below the threshold, and all negative cases.
  public let cleared: (count: Int, of: Int)

  /// Finds the threshold; nil unless both outcomes occur. Scores must be finite.
  public init?(_ scores: [Double], isPositive: [Bool]) {
    let positives = isPositive.count(where: { $0 })
    let negatives = isPositive.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var (hits, alarms) = (0, 0)
    var best: (gain: Int, place: Int, hits: Int, alarms: Int)?
    for (place, index) in order.enumerated() {
      if isPositive[index] { hits += 1 } else { alarms += 1 }
      guard place + 1 == order.count || scores[order[place + 1]] != scores[index] else { continue }
      // Sensitivity minus false alarms, in whole numbers, so that ties are ties.
      let gain = hits * negatives - alarms * positives
      if best == nil || gain > best?.gain ?? 0 { best = (gain, place, hits, alarms) }
    }
    guard let best else { return nil }
    threshold = scores[order[best.place]]
    found = (best.hits, positives)
    cleared = (negatives - best.alarms, negatives)
  }

  public static func == (a: Self, b: Self) -> Bool { a.threshold == b.threshold && a.found == b.found && a.cleared == b.cleared }
}
