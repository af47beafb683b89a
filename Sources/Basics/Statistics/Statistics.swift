/// Statistics of predictions. Each is nil if it is undefined: too few values, or values that do not vary.
public enum Statistics {
  /// Computes the mean; nil for no values.
  public static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// Computes the median, the mean of the two middle values for an even count; nil for no values.
  public static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

  /// Computes a quantile, interpolated linearly between neighbors (NumPy's default); nil for no values.
  /// - Parameter q: The share, clipped to 0...1.
  public static func quantile(_ values: [Double], _ q: Double) -> Double? { quantile(ofSorted: values.sorted(), q) }

  /// Computes a quantile of ascending values. O(1). See ``quantile(_:_:)``.
  public static func quantile(ofSorted sorted: [Double], _ q: Double) -> Double? {
    guard !sorted.isEmpty else { return nil }
    let position = min(max(q, 0), 1) * Double(sorted.count - 1)
    let index = min(Int(position), sorted.count - 1)
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (sorted[next] - sorted[index]) * (position - Double(index))
  }

  /// Computes Pearson's correlation of pairs; nil for fewer than two pairs or values that do not vary.
  /// - Precondition: As many `y` as `x`.
  public static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "pairs")
    guard x.count > 1, let meanX = mean(x), let meanY = mean(y) else { return nil }
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    // Values that are equal but for rounding do not vary.
    guard xx > 1e-24 * meanX * meanX, yy > 1e-24 * meanY * meanY, xx > 0, yy > 0 else { return nil }
    return min(max(xy / (xx.squareRoot() * yy.squareRoot()), -1), 1)
  }

  /// Computes Spearman's rank correlation; equal values share the mean of their ranks. Nil as for ``pearson(_:_:)``.
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double? { pearson(ranks(x), ranks(y)) }

  /// Ranks values from 1; equal values share the mean of their ranks.
  public static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for position in start..<end { ranks[order[position]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// Computes the mean absolute difference of pairs; nil for none. There must be as many `y` as `x`.
  public static func meanAbsoluteError(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "pairs")
    return mean(zip(x, y).map { abs($0 - $1) })
  }

  /// Computes the area under the ROC curve: the probability that a positive case scores higher than a negative one, ties counting half
  /// (Mann-Whitney). Nil unless both outcomes occur.
  public static func areaUnderROC(_ scores: [Double], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "pairs")
    let positives = isPositive.count(where: { $0 })
    let negatives = isPositive.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let rankSum = zip(ranks(scores), isPositive).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
    return (rankSum - Double(positives * (positives + 1)) / 2) / Double(positives * negatives)
  }

  /// Computes the percentile bootstrap interval of a statistic: cases are drawn with replacement, the interval spans the middle `level` of the
  /// results.
  ///
  /// - Parameters:
  ///   - count: The number of cases.
  ///   - statistic: Receives the indices of the cases drawn; draws for which it returns nil are left out.
  /// - Returns: nil if the statistic is undefined for every draw or `count` is 0. The same seed yields the same interval.
  public static func bootstrapInterval(
    count: Int, level: Double = 0.95, draws: Int = 2000, seed: UInt64 = 1, _ statistic: ([Int]) throws -> Double?
  ) rethrows -> ClosedRange<Double>? {
    guard count > 0 else { return nil }
    var generator = SeededGenerator(seed: seed)
    var results: [Double] = []
    results.reserveCapacity(draws)
    for _ in 0..<draws {
      let drawn = (0..<count).map { _ in Int(generator.next(upperBound: UInt(count))) }
      if let result = try statistic(drawn) { results.append(result) }
    }
    results.sort()
    guard let low = quantile(ofSorted: results, (1 - level) / 2), let high = quantile(ofSorted: results, (1 + level) / 2) else {
      return nil
    }
    return low...high
  }
}
