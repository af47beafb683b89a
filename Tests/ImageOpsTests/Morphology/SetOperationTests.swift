import ImageOps
import Testing

struct SetOperationTests {
  private let one = Mask.random(Size(width: 131, height: 20), seed: 1)
  private let other = Mask.random(Size(width: 131, height: 20), seed: 2)

  private func pixelwise(_ operation: (Bool, Bool) -> Bool) -> Mask {
    Mask(size: one.size) { operation(one[$0 / 131, $0 % 131], other[$0 / 131, $0 % 131]) }
  }

  @Test func `operations follow their definitions`() throws {
    #expect(try one.union(other) == pixelwise { $0 || $1 })
    #expect(try one.intersection(other) == pixelwise { $0 && $1 })
    #expect(try one.subtracting(other) == pixelwise { $0 && !$1 })
    #expect(try one.symmetricDifference(other) == pixelwise { $0 != $1 })
    #expect(one.inverted() == pixelwise { one, _ in !one })
    #expect(try one.intersectionCount(other) == pixelwise { $0 && $1 }.count)
    #expect(one.inverted().count == one.size.count - one.count)
  }

  @Test func `different sizes are refused`() {
    let small = Mask(size: Size(width: 130, height: 20))
    let error = ImageError.sizesDiffer(one.size, small.size)
    #expect(throws: error) { try one.union(small) }
    #expect(throws: error) { try one.intersection(small) }
    #expect(throws: error) { try one.subtracting(small) }
    #expect(throws: error) { try one.symmetricDifference(small) }
    #expect(throws: error) { try one.intersectionCount(small) }
  }
}
