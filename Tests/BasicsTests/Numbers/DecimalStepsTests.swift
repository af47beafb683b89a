import Basics
import Testing

@Suite struct DecimalStepsTests {
  @Test(arguments: [
    (0.3, 0.2, ["0.3", "0.5", "0.7", "0.9"]), (0, 0.1, ["0", "0.1", "0.2", "0.3", "0.4"]), (1, -0.3, ["1", "0.7", "0.4", "0.1"]),
    (-0.6, 0.2, ["-0.6", "-0.4", "-0.2", "0"]), (1e-7, 1e-7, ["1e-07", "2e-07", "3e-07"]), (5, 3, ["5", "8", "11"]),
    (99_999.99, 0.01, ["99999.99", "100000", "100000.01"]),
  ]) func `steps are what their decimals say`(start: Double, width: Double, expected: [String]) {
    let steps = DecimalSteps(from: start, by: width)
    #expect(expected.indices.map { steps[$0] } == expected.compactMap(Double.init))
  }

  @Test func `numbers without few decimals are added as they are`() {
    for (start, width) in [(1.0 / 3, 0.1), (0.1, 1.0 / 3), (1e300, 1e299), (1e15, 0.3)] {
      let steps = DecimalSteps(from: start, by: width)
      #expect((0..<5).allSatisfy { steps[$0] == start + Double($0) * width })
    }
    #expect(DecimalSteps(from: .nan, by: 1)[2].isNaN)
  }
}
