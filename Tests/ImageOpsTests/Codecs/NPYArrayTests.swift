import TestSupport
import Testing

@testable import ImageOps

@Suite("NPY arrays") struct NPYArrayTests {
  @Test(arguments: CodecFixtures.all.arrays.keys.sorted()) func `shape and values agree with NumPy`(name: String) throws {
    let expected = try #require(CodecFixtures.all.arrays[name])
    let array = try NPYArray.read(from: CodecFixtures.path(name))
    #expect(array.shape == expected.shape)
    #expect(array.values == expected.values)
  }

  @Test func `what is written is NumPy's own file`() throws {
    let bytes = try CodecFixtures.bytes("tensor.npy")
    #expect(try NPYArray.decode(bytes, name: "tensor.npy").encoded() == bytes)
    let folder = try TemporaryFolder()
    let array = NPYArray(shape: [2, 0, 3], values: [])
    try array.write(to: folder.file("a.npy"))
    #expect(try NPYArray.read(from: folder.file("a.npy")) == array)
  }

  @Test func `pictures have two dimensions`() throws {
    #expect(throws: CodecError.unreadable(name: "t", .unsupported(.npy, feature: "4 dimensions; an image has 2"))) {
      try GrayImage.decode(try CodecFixtures.bytes("tensor.npy"), name: "t")
    }
    #expect(throws: CodecError.unreadable(name: "t", .invalidSize(.npy, width: 3, height: 0))) {
      try GrayImage.decode(try CodecFixtures.bytes("nothing.npy"), name: "t")
    }
    #expect(throws: CodecError.self) { try NPYArray.decode(try CodecFixtures.bytes("gray-8.png"), name: "t") }
  }

  @Test func `half precision is exact for every bit pattern`() {
    for bits in UInt16.min...UInt16.max {
      let number = Float(halfBits: bits)
      #if arch(arm64) || os(Linux)
        let reference = Float(Float16(bitPattern: bits))
        #expect(number.bitPattern == reference.bitPattern || (number.isNaN && reference.isNaN))
      #endif
    }
  }
}
