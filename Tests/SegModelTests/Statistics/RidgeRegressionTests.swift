import Testing

@testable import ImageOps
@testable import Network
@testable import SegModel

@Suite struct RidgeRegressionTests {
  @Test func `agrees with NumPy`() throws {
    let file = try fixture("statistics")
    let flat = try file.doubles("rows")
    let rows = stride(from: 0, to: flat.count, by: 5).map { Array(flat[$0..<$0 + 5]) }
    let regression = try #require(
      RidgeRegression(
        rows: rows, targets: file.doubles("targets"), importances: file.doubles("importances"), featureScales: file.doubles("factors"),
        strength: 0.2))
    expectClose(regression.weights + [regression.bias], try file.doubles("ridge"), relative: 1e-4, absolute: 1e-6)
    #expect(regression.weights[4] == 0, "a feature that does not vary says nothing")
  }

  @Test func `is defined for few cases`() throws {
    #expect(RidgeRegression(rows: [], targets: [], strength: 1) == nil)
    let one = try #require(RidgeRegression(rows: [[1, 2]], targets: [3], strength: 1))
    #expect(one.prediction(for: [50, -7]) == 3)
  }
}
