internal import COpenBLAS

/// Dense linear algebra in `Double` by OpenBLAS, on one thread. The library is loaded on first use.
///
/// OpenBLAS has kernels for each processor, so results may differ in the last bits between processors. Therefore only fitting a model uses it, never a
/// command of a script.
package enum LinearAlgebra {
  package struct Missing: Error, CustomStringConvertible {
    package let description = "fitting a model needs OpenBLAS, which is not installed. Install it (apt-get install libopenblas0)"
  }

  package static var isAvailable: Bool { copenblas_load() != 0 }

  /// - Throws: ``Missing``.
  package static func requireAvailable() throws(Missing) { if !isAvailable { throw Missing() } }

  /// Returns for each target the weights w that minimize |rows · w − target|² + strength · |w|².
  /// - Parameters:
  ///   - rows: one row of `width` numbers after the other.
  ///   - targets: for each problem one number per row.
  ///   - strength: the penalty, above 0.
  /// - Returns: nil if the numbers are not finite, or so large that no decomposition exists; without columns, no weights for each target.
  /// - Throws: ``Missing``.
  /// - Complexity: O(rows · width² + width³).
  package static func ridgeWeights(rows: [Double], width: Int, targets: [[Double]], strength: Double) throws(Missing) -> [[Double]]? {
    try requireAvailable()
    guard width > 0, !targets.isEmpty else { return targets.map { _ in [] } }
    let count = rows.count / width
    precondition(rows.count == count * width && targets.allSatisfy { $0.count == count }, "rows of one width, a target for each")
    guard rows.allSatisfy(\.isFinite), targets.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    guard let size = Int32(exactly: width), let cases = Int32(exactly: count), let columns = Int32(exactly: targets.count) else {
      return nil
    }
    var matrix = [Double](repeating: 0, count: width * width)
    var weights = [Double](repeating: 0, count: width * targets.count)
    if count > 0 {
      copenblas_square(size, cases, rows, &matrix)
      copenblas_multiply(size, columns, cases, rows, targets.flatMap { $0 }, &weights)
    }
    for column in 0..<width { matrix[column * width + column] += strength }
    guard copenblas_solve(size, columns, &matrix, &weights) != 0 else { return nil }
    return targets.indices.map { Array(weights[$0 * width..<($0 + 1) * width]) }
  }
}
