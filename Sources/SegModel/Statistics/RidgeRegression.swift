import Basics

/// Ridge regression: linear regression with an L2 penalty on its weights, solved in closed form in `Double`.
///
/// Features are centered and scaled to unit deviation for the fit; the stored weights apply to raw features. The intercept is not penalized.
public struct RidgeRegression: Sendable, Equatable {
  /// The weights of the raw features.
  public let weights: [Double]
  /// The intercept.
  public let bias: Double

  /// Creates a regression from weights and intercept.
  public init(weights: [Double], bias: Double) {
    self.weights = weights
    self.bias = bias
  }

  /// Fits a regression.
  /// - Parameters:
  ///   - rows: One feature vector per case, all of the same length.
  ///   - targets: One number per case.
  ///   - importances: The weight of each case, above 0; nil for equal weights.
  ///   - featureScales: A factor on each standardized feature: below 1 it is penalized more. Nil for equal factors.
  ///   - strength: The penalty per case, above 0: minimizes Σ importance · (target − prediction)² + strength · Σ importance · |weights|².
  /// - Returns: nil without cases, without OpenBLAS (`LinearAlgebra`), if `strength` or the importances are not positive, or if a number is not finite.
  /// - Complexity: O(cases · features² + features³).
  public init?(rows: [[Double]], targets: [Double], importances: [Double]? = nil, featureScales: [Double]? = nil, strength: Double) {
    guard
      let sole = Self.several(rows: rows, targets: [targets], importances: importances, featureScales: featureScales, strength: strength)?
        .first
    else { return nil }
    self = sole
  }

  /// Regressions of several targets on the same features, which share most of the work; otherwise as `init`.
  /// - Parameter targets: for each regression one number a case.
  static func several(
    rows: [[Double]], targets: [[Double]], importances: [Double]? = nil, featureScales: [Double]? = nil, strength: Double
  ) -> [RidgeRegression]? {
    guard let width = rows.first?.count, targets.allSatisfy({ $0.count == rows.count }), strength > 0 else { return nil }
    precondition(rows.allSatisfy { $0.count == width }, "feature vectors of one length")
    let importances = importances ?? [Double](repeating: 1, count: rows.count)
    let total = importances.reduce(0, +)
    guard total > 0 else { return nil }
    func average(_ value: (Int) -> Double) -> Double { rows.indices.reduce(0) { $0 + importances[$1] * value($1) } / total }

    let means = (0..<width).map { column in average { rows[$0][column] } }
    let scales = (0..<width).map { column -> Double in
      let deviation = average { (rows[$0][column] - means[column]) * (rows[$0][column] - means[column]) }.squareRoot()
      let factor = featureScales?[column] ?? 1
      return deviation > 1e-9 * max(1, abs(means[column])) ? factor / deviation : 0
    }
    let targetMeans = targets.map { own in average { own[$0] } }
    // Each case weighs by the root of its share, so that its products weigh by the share.
    let roots = importances.map { ($0 / total).squareRoot() }
    let scaled = rows.indices.flatMap { row in (0..<width).map { roots[row] * (rows[row][$0] - means[$0]) * scales[$0] } }
    let centered = zip(targets, targetMeans).map { own, mean in rows.indices.map { roots[$0] * (own[$0] - mean) } }
    guard let solutions = try? LinearAlgebra.ridgeWeights(rows: scaled, width: width, targets: centered, strength: strength) else {
      return nil
    }
    return zip(solutions, targetMeans).map { solution, targetMean in
      let weights = zip(solution, scales).map { $0 * $1 }
      return RidgeRegression(weights: weights, bias: targetMean - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }

  /// Returns the predicted target for a feature vector.
  /// - Precondition: As many features as weights.
  public func prediction(for features: [Double]) -> Double {
    precondition(features.count == weights.count, "as many features as weights")
    return zip(weights, features).reduce(bias) { $0 + $1.0 * $1.1 }
  }
}
