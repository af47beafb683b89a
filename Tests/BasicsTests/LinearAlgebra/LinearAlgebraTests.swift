import Testing

@testable import Basics

@Suite(.enabled(if: LinearAlgebra.isAvailable, "OpenBLAS is not installed (libopenblas0)")) struct LinearAlgebraTests {
  private func noise(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.normal() }
  }

  @Test func `on orthonormal rows each weight is its target, shrunk`() throws {
    let weights = try LinearAlgebra.ridgeWeights(rows: [1, 0, 0, 1], width: 2, targets: [[6, -3], [0, 1.5]], strength: 0.5)
    #expect(zip(try #require(weights).joined(), [4, -2, 0, 1]).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  /// At the least squares with penalty, the gradient rowsᵀ (rows · w - target) + strength · w vanishes.
  @Test(arguments: [(1, 1), (5, 3), (3, 5), (60, 33), (200, 129)]) func `the gradient vanishes`(count: Int, width: Int) throws {
    let rows = noise(count * width, seed: 1)
    let targets = [noise(count, seed: 2), noise(count, seed: 3)]
    let solutions = try #require(try LinearAlgebra.ridgeWeights(rows: rows, width: width, targets: targets, strength: 0.7))
    for (weights, target) in zip(solutions, targets) {
      let residuals = (0..<count).map { row in (0..<width).reduce(-target[row]) { $0 + rows[row * width + $1] * weights[$1] } }
      for column in 0..<width {
        let gradient = (0..<count).reduce(0.7 * weights[column]) { $0 + rows[$1 * width + column] * residuals[$1] }
        #expect(abs(gradient) < 1e-10 * Double(count))
      }
    }
    #expect(try LinearAlgebra.ridgeWeights(rows: rows, width: width, targets: targets, strength: 0.7) == solutions)
  }

  @Test func `degenerate cases`() throws {
    #expect(try LinearAlgebra.ridgeWeights(rows: [], width: 0, targets: [[], []], strength: 1) == [[], []])
    #expect(try LinearAlgebra.ridgeWeights(rows: [], width: 2, targets: [[]], strength: 1) == [[0, 0]])
    #expect(try LinearAlgebra.ridgeWeights(rows: [1, 2], width: 2, targets: [], strength: 1) == [])
    #expect(try LinearAlgebra.ridgeWeights(rows: [1, .nan], width: 2, targets: [[1]], strength: 1) == nil)
    #expect(try LinearAlgebra.ridgeWeights(rows: [1, 1, 1, 1], width: 2, targets: [[1, .infinity]], strength: 1) == nil)
  }

  @Test func `the error names the package`() { #expect("\(LinearAlgebra.Missing())".contains("apt-get install libopenblas0")) }
}
