import Basics
import Testing

@testable import ImageOps

@Suite struct PixelArithmeticTests {
  let a = GrayImage(size: Size(width: 4, height: 1), pixels: [1, 2, 3, 4], range: 0...10)
  let b = GrayImage(size: Size(width: 4, height: 1), pixels: [2, 0, -3, 4], range: -5...5)

  @Test func `picture with picture`() throws {
    let expected: [PixelOperator: [Float]] = [
      .add: [3, 2, 0, 8], .subtract: [-1, 2, 6, 0], .multiply: [2, 0, -9, 16], .divide: [0.5, 0, -1, 1], .power: [1, 1, 1 / 27, 256],
      .minimum: [1, 0, -3, 4], .maximum: [2, 2, 3, 4], .absoluteDifference: [1, 2, 6, 0],
    ]
    for operation in PixelOperator.allCases {
      let result = try a.combined(with: b, by: operation)
      for (value, expected) in zip(result.pixels, try #require(expected[operation])) { #expect(abs(value - expected) < 1e-6) }
      #expect(result.pixels.allSatisfy { result.range.contains($0) }, "\(operation) stays in its range")
    }
  }

  @Test func `picture with number`() throws {
    #expect(try (a + 1).pixels == [2, 3, 4, 5])
    #expect(try (a + 1).range == 1...11)
    #expect(try (a * 2).range == 0...20)
    #expect(try a.combined(onto: 10, by: .subtract).pixels == [9, 8, 7, 6])
    #expect(try (a / 0).pixels == [0, 0, 0, 0])
    #expect(try a.combined(with: .infinity, by: .add).range.lowerBound.isFinite)
  }

  @Test func `ranges hold for random operands`() throws {
    for seed in UInt64(0)..<20 {
      var generator = SeededGenerator(seed: seed)
      func picture() -> GrayImage {
        let low = Float(generator.uniform(-9...5))
        let high = low + Float(generator.uniform(0...9))
        let pixels = (0..<6).map { _ in min(high, max(low, Float(generator.uniform(-9...14)))) }
        return GrayImage(size: Size(width: 6, height: 1), pixels: pixels, range: low...high)
      }
      let (x, y) = (picture(), picture())
      for operation in PixelOperator.allCases {
        let result = try x.combined(with: y, by: operation)
        #expect(result.pixels.allSatisfy { result.range.contains($0) }, "\(operation), seed \(seed)")
      }
    }
  }

  @Test func `comparisons`() throws {
    let expected: [PixelComparison: [Bool]] = [
      .less: [true, false, false, false], .lessOrEqual: [true, false, false, true], .greater: [false, true, true, false],
      .greaterOrEqual: [false, true, true, true], .equal: [false, false, false, true], .notEqual: [true, true, true, false],
    ]
    for comparison in PixelComparison.allCases {
      #expect(try a.compared(with: b, by: comparison).elements == expected[comparison])
    }
    #expect(try a.compared(with: 2, by: .greater).elements == [false, false, true, true])
    let strange = GrayImage(size: Size(width: 1, height: 1), pixels: [.nan])
    #expect(try strange.compared(with: 1, by: .less).isEmpty)
    #expect(try !strange.compared(with: 1, by: .notEqual).isEmpty)
  }

  @Test func `sizes must agree`() {
    let other = GrayImage(size: Size(width: 1, height: 4))
    #expect(throws: ImageError.sizesDiffer(a.size, other.size)) { try a + other }
    #expect(throws: ImageError.sizesDiffer(a.size, other.size)) { try a.compared(with: other, by: .less) }
  }

  @Test func `masks and maps as pictures`() throws {
    let mask = try a.compared(with: 2, by: .greater)
    #expect(try GrayImage(mask).pixels == [0, 0, 255, 255])
    #expect(GrayImage(ProbabilityMap(size: a.size, pixels: [0, 0.5, 1, 0])).range == 0...1)
  }
}
