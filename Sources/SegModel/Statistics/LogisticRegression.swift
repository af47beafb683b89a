import Basics
internal import Platform

/// A logistic regression on one value: risk = 1 / (1 + exp(-(bias + slope · value))).
public struct LogisticRegression: Sendable, Equatable {
  /// The intercept, in log odds.
  public let bias: Double
  /// The slope, in log odds per unit of the value.
  public let slope: Double

  /// Fits the curve of maximum likelihood by Newton's method on the standardized value, with a penalty of 10⁻³ · slope² / 2 per case that keeps the
  /// slope finite if the value separates the outcomes.
  /// - Returns: nil unless both outcomes occur and the values vary and are finite.
  /// - Precondition: As many outcomes as values.
  public init?(figures: [Double], outcomes: [Bool]) {
    precondition(figures.count == outcomes.count, "pairs")
    guard outcomes.contains(true), outcomes.contains(false), figures.allSatisfy(\.isFinite), let mean = Statistics.mean(figures) else {
      return nil
    }
    let deviation = (figures.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(figures.count)).squareRoot()
    guard deviation > 1e-12 * max(1, abs(mean)) else { return nil }
    let standard = figures.map { ($0 - mean) / deviation }
    let penalty = 1e-3 * Double(figures.count)
    func loss(_ bias: Double, _ slope: Double) -> Double {
      zip(standard, outcomes).reduce(penalty * slope * slope / 2) { sum, pair in
        let logit = bias + slope * pair.0
        return sum + max(logit, 0) + log1p(exp(-abs(logit))) - (pair.1 ? logit : 0)
      }
    }
    var (bias, slope) = (0.0, 0.0)
    for _ in 0..<100 {
      var (gradient, gradientSlope) = (0.0, penalty * slope)
      var (curvature, mixed, curvatureSlope) = (0.0, 0.0, penalty)
      for (figure, outcome) in zip(standard, outcomes) {
        let risk = Self.logistic(bias + slope * figure)
        let (error, weight) = (risk - (outcome ? 1 : 0), risk * (1 - risk))
        gradient += error
        gradientSlope += error * figure
        curvature += weight
        mixed += weight * figure
        curvatureSlope += weight * figure * figure
      }
      let determinant = curvature * curvatureSlope - mixed * mixed
      guard determinant > 0 else { break }
      let step = (curvatureSlope * gradient - mixed * gradientSlope) / determinant
      let stepSlope = (curvature * gradientSlope - mixed * gradient) / determinant
      var length = 1.0
      let before = loss(bias, slope)
      while length > 1e-6, loss(bias - length * step, slope - length * stepSlope) > before { length /= 2 }
      bias -= length * step
      slope -= length * stepSlope
      if max(abs(step), abs(stepSlope)) * length < 1e-12 { break }
    }
    self.slope = slope / deviation
    self.bias = bias - slope * mean / deviation
  }

  /// Returns the predicted risk at a value, 0...1.
  public func risk(at figure: Double) -> Double { Self.logistic(bias + slope * figure) }

  private static func logistic(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
}
