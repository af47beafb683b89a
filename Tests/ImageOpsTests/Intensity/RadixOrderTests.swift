import Basics
import TestSupport
import Testing

@testable import ImageOps

@Suite struct RadixOrderTests {
  @Test(arguments: [0, 1, 2, 999, 300_000]) func `numbers stand in order and equal ones in their own`(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let coarse = (0..<count).map { _ in Float(Int(generator.uniform(-90...90))) / 4 }
    let fine = (0..<count).map { _ in Float(generator.uniform(-1e-3...1e6)) }
    for numbers in [coarse, fine, fine.map { -$0 }] {
      #expect(try numbers.radixSorted() == numbers.sorted())
      for descending in [false, true] {
        let expected = numbers.indices.sorted { one, other in
          let (a, b) = descending ? (numbers[other], numbers[one]) : (numbers[one], numbers[other])
          return a != b ? a < b : one < other
        }
        #expect(try numbers.radixOrder(descending: descending).map { Int($0) } == expected)
      }
    }
  }

  @Test func `zeros of both signs are one number`() throws {
    #expect(try [Float](arrayLiteral: 0, -0.0, 0, -1).radixOrder() == [3, 0, 1, 2])
  }

  @Test func `a sort is stopped`() {
    #expect(throws: CancellationError.self) {
      try Cancellation.polling(Cancellation { true }) { try [Float](repeating: 1, count: 9).radixSorted() }
    }
  }
}
