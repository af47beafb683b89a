/// A straight line through pairs by least squares.
public struct LinearFit: Sendable, Equatable {
  /// The change of y per unit of x.
  public let slope: Double
  /// The value at x = 0.
  public let intercept: Double
  /// The share of the variance of y that the line explains, r², 0...1.
  public let determination: Double
  /// The standard error of the slope.
  public let slopeError: Double
  private let meanX: Double
  private let meanY: Double
  private let spread: Double
  private let deviation: Double
  private let count: Double

  /// Fits a line; nil for fewer than three pairs or values of x that do not vary.
  /// - Precondition: As many `y` as `x`, all finite.
  public init?(_ x: [Double], _ y: [Double]) {
    precondition(x.count == y.count, "pairs")
    guard x.count > 2, let meanX = Statistics.mean(x), let meanY = Statistics.mean(y) else { return nil }
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      xy += (a - meanX) * (b - meanY)
      yy += (b - meanY) * (b - meanY)
    }
    guard xx > 1e-24 * meanX * meanX, xx > 0 else { return nil }
    let slope = xy / xx
    let rest = zip(x, y).reduce(0) { sum, pair in
      let error = pair.1 - meanY - slope * (pair.0 - meanX)
      return sum + error * error
    }
    count = Double(x.count)
    deviation = (rest / (count - 2)).squareRoot()
    slopeError = deviation / xx.squareRoot()
    determination = yy > 0 ? min(1, max(0, 1 - rest / yy)) : 1
    (self.slope, self.meanX, self.meanY, spread) = (slope, meanX, meanY, xx)
    intercept = meanY - slope * meanX
  }

  /// The value of the line.
  public func value(at x: Double) -> Double { meanY + slope * (x - meanX) }

  /// The confidence interval of the slope, by Student's t.
  public func slopeInterval(level: Double = 0.95) -> ClosedRange<Double> {
    let reach = Distributions.studentQuantile((1 + level) / 2, degrees: count - 2) * slopeError
    return slope - reach...slope + reach
  }

  /// The confidence interval of the mean of y at a value of x.
  public func interval(at x: Double, level: Double = 0.95) -> ClosedRange<Double> {
    let error = deviation * (1 / count + (x - meanX) * (x - meanX) / spread).squareRoot()
    let reach = Distributions.studentQuantile((1 + level) / 2, degrees: count - 2) * error
    return value(at: x) - reach...value(at: x) + reach
  }
}
