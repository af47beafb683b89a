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
  /// - Returns: nil without cases, or if `strength` or the importances are not positive.
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
    var matrix = SymmetricMatrix(size: width)
    var right = [[Double]](repeating: [Double](repeating: 0, count: width), count: targets.count)
    var scaled = [Double](repeating: 0, count: width)
    for (row, values) in rows.enumerated() {
      for column in 0..<width { scaled[column] = (values[column] - means[column]) * scales[column] }
      for column in 0..<width where scaled[column] != 0 {
        let share = importances[row] / total * scaled[column]
        for index in targets.indices { right[index][column] += share * (targets[index][row] - targetMeans[index]) }
        for other in 0...column { matrix[column, other] += share * scaled[other] }
      }
    }
    for column in 0..<width { matrix[column, column] += strength }
    guard let factor = matrix.factored() else { return nil }
    return zip(right, targetMeans).map { right, targetMean in
      let weights = zip(factor.solve(right), scales).map { $0 * $1 }
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

/// The lower triangle of a symmetric matrix.
private struct SymmetricMatrix {
  let size: Int
  private var elements: [Double]

  init(size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * size)
  }

  /// - Precondition: `column <= row`.
  subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }

  /// Cholesky's decomposition; nil when the matrix is not positive definite.
  func factored() -> SymmetricMatrix? {
    var factor = self
    for row in 0..<size {
      for column in 0...row {
        var sum = factor[row, column]
        for index in 0..<column { sum -= factor[row, index] * factor[column, index] }
        if row == column {
          guard sum > 0 else { return nil }
          factor[row, row] = sum.squareRoot()
        } else {
          factor[row, column] = sum / factor[column, column]
        }
      }
    }
    return factor
  }

  /// The solution of matrix · x = right, where this is the matrix's decomposition.
  func solve(_ right: [Double]) -> [Double] {
    var solution = right
    for row in 0..<size {
      for index in 0..<row { solution[row] -= self[row, index] * solution[index] }
      solution[row] /= self[row, row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for index in stride(from: row + 1, to: size, by: 1) { solution[row] -= self[index, row] * solution[index] }
      solution[row] /= self[row, row]
    }
    return solution
  }
}
