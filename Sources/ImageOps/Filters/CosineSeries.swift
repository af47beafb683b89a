internal import Platform

/// A Gaussian, cut off as ``LineKernel`` cuts it, as a sum of cosines: a window's sum weighted by a cosine moves on by one pixel in a few steps, whatever
/// its width.
///
/// Six cosines whose longest wave is 1.08 times the window, and a constant, fitted by least squares: the weights' errors add up to less than 6e-6 of their sum.
/// - Source: Sugimoto and Kamata, Efficient Constant-Time Gaussian Filtering with Sliding DCT/DST-5 and Dual-Domain Error Minimization, ITE Transactions 3, 2015.
struct CosineSeries: Sendable {
  static let terms = 6
  private static let stretch = 1.08

  let radius: Int
  /// The constant part.
  let mean: Double
  /// For each cosine of angle φ and share c: 2 cos φ, c cos(φ radius), -c cos(φ (radius + 1)).
  let steps: [Double]
  /// For each distance 0...radius what each cosine adds to the weight.
  let weights: [Double]

  /// Of a kernel whose radius is `radius`, at least 8. O(radius).
  init(gaussian sigma: Double, radius: Int) {
    let exact = (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = exact[0] + 2 * exact.dropFirst().reduce(0, +)
    let angles = (0...Self.terms).map { 2 * Double.pi * Double($0) / (Self.stretch * Double(2 * radius + 1)) }
    var equations = [[Double]](repeating: [Double](repeating: 0, count: Self.terms + 2), count: Self.terms + 1)
    for distance in 0...radius {
      let values = angles.map { cos($0 * Double(distance)) }
      let times = distance == 0 ? 1.0 : 2
      for row in 0...Self.terms {
        for column in 0...Self.terms { equations[row][column] += times * values[row] * values[column] }
        equations[row][Self.terms + 1] += times * values[row] * exact[distance] / sum
      }
    }
    var shares = Self.solution(of: equations)
    // The weights add up to 1, so that a constant image stays as it is.
    var total = 0.0
    for distance in -radius...radius {
      for term in 0...Self.terms { total += shares[term] * cos(angles[term] * Double(distance)) }
    }
    shares[0] += (1 - total) / Double(2 * radius + 1)
    self.radius = radius
    mean = shares[0]
    steps = (1...Self.terms).flatMap { term -> [Double] in
      let (angle, share) = (angles[term], shares[term])
      return [2 * cos(angle), share * cos(angle * Double(radius)), -share * cos(angle * Double(radius + 1))]
    }
    weights = (0...radius).flatMap { distance -> [Double] in
      (1...Self.terms).map { term in shares[term] * cos(angles[term] * Double(distance)) }
    }
  }

  /// Gaussian elimination of a positive definite system, right-hand side last.
  private static func solution(of equations: [[Double]]) -> [Double] {
    var rows = equations
    let count = rows.count
    for pivot in 0..<count {
      for row in pivot + 1..<count {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var result = [Double](repeating: 0, count: count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<count).reduce(0.0) { $0 + rows[row][$1] * result[$1] }
      result[row] = (rows[row][count] - known) / rows[row][row]
    }
    return result
  }
}
