/// Intervals of shares.
extension Statistics {
  /// E. B. Wilson's interval of a share (1927), within 0...1; nil for no cases.
  public static func wilsonInterval(_ count: Int, of total: Int, level: Double = 0.95) -> ClosedRange<Double>? {
    guard total > 0 else { return nil }
    let (z, n, share) = (Distributions.normalQuantile((1 + level) / 2), Double(total), Double(count) / Double(total))
    let center = (share + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, center - reach)...min(1, center + reach)
  }

  /// Computes the sample standard deviation (n - 1); nil for fewer than two values.
  public static func standardDeviation(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}
