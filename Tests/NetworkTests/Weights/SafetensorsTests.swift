import Basics
import Foundation
import TestSupport
import Testing

@testable import Network

@Suite struct SafetensorsTests {
  @Test func `reads what the reference writer wrote`() throws {
    let file = try fixture("reference")
    #expect(file.metadata == ["maker": "safetensors", "note": "a \"quoted\" näme\nand a line"])
    let single = try file.floats("single", shape: [3, 4])
    #expect(single[4] == Float(1) / 3 && single[8] == .infinity && single[1].sign == .minus)
    #expect(try file.floats("half").map(\.bitPattern) == file.floats("widened_half").map(\.bitPattern))
    #expect(try file.floats("brain").map(\.bitPattern) == file.floats("widened_brain").map(\.bitPattern))
    #expect(try file.floats("double") == single)
    #expect(try file.floats("scalar", shape: []) == [3.5])
    #expect(try file.floats("empty", shape: [0, 3]).isEmpty)
    #expect(throws: SafetensorsError.unsupportedType(path: file.path, name: "integers", type: "I64")) { try file.floats("integers") }
    #expect(throws: SafetensorsError.missingTensor(path: file.path, name: "nothing")) { try file.floats("nothing") }
    #expect(throws: SafetensorsError.wrongShape(path: file.path, name: "single", shape: [3, 4], expected: [4, 3])) {
      try file.floats("single", shape: [4, 3])
    }
  }

  @Test func `decodes every half precision number`() {
    let patterns = (UInt16.min...UInt16.max).map { $0 }
    var decoded = [Float](repeating: 0, count: patterns.count)
    patterns.withUnsafeBytes { source in decoded.withUnsafeMutableBufferPointer { HalfPrecision.decodeFloat16(source, into: $0) } }
    for (pattern, value) in zip(patterns, decoded) {
      let expected = Float(Float16(bitPattern: pattern))
      #expect(expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern, "pattern \(pattern)")
    }
  }

  @Test func `returns what was written`() throws {
    let folder = try TemporaryFolder()
    let values: [Float] = [0, -1.5, 3.25, 1e-7, 12345.678, 65504]
    let metadata = ["b": "two", "a": "one \"x\"\n", "ä": "ü"]
    let tensors = [
      Safetensors.Content(name: "first", shape: [2, 3], values: values),
      Safetensors.Content(name: "second", shape: [3, 2], values: values, type: .float16),
      Safetensors.Content(name: "third", shape: [6], values: values, type: .float64),
      Safetensors.Content(name: "none", shape: [0], values: []),
    ]
    try Safetensors.write(tensors, metadata: metadata, to: folder.file("a.safetensors"))
    let file = try Safetensors(path: folder.file("a.safetensors"))
    #expect(file.metadata == metadata)
    #expect(file.names == ["first", "second", "third", "none"])
    #expect(try file.floats("first", shape: [2, 3]) == values)
    #expect(try file.floats("second", shape: [3, 2]) == values.map { Float(Float16($0)) })
    #expect(try file.floats("third") == values)
    try Safetensors.write(tensors, metadata: metadata, to: folder.file("b.safetensors"))
    #expect(FileManager.default.contentsEqual(atPath: folder.file("a.safetensors"), andPath: folder.file("b.safetensors")))
  }

  @Test func `rounds halves to even and refuses what does not fit`() throws {
    let folder = try TemporaryFolder()
    // 2048 + 1 lies between 2048 and 2050, 2048 + 3 between 2050 and 2052: the even significand wins.
    try Safetensors.write(
      [Safetensors.Content(name: "x", shape: [2], values: [2049, 2051], type: .float16)], metadata: [:], to: folder.file("a"))
    #expect(try Safetensors(path: folder.file("a")).floats("x") == [2048, 2052])
    #expect(throws: SafetensorsError.notRepresentable(name: "x", value: 70000)) {
      try Safetensors.write(
        [Safetensors.Content(name: "x", shape: [1], values: [70000], type: .float16)], metadata: [:], to: folder.file("a"))
    }
    #expect(try Safetensors(path: folder.file("a")).floats("x") == [2048, 2052], "the old file stays")
  }

  /// A file with this header, whose length is stated as it is or as given, and so many bytes of data.
  private func bytes(header: String, length: UInt64? = nil, data: Int) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: [
    (
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "is truncated: tensor `x` ends at byte 8 of the data, which has only 7"
    ),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "1 bytes at 8 of the data belong to no tensor"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, "4 bytes at 0 of the data belong to no tensor"),
    (
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8,
      "the tensors `x` and `y` overlap"
    ),
    (#"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "its shape [3] needs 12 bytes, but its `data_offsets` span 8"),
    (
      #"{"x":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,8]}}"#, 8,
      "its shape [4294967296, 4294967296, 4] is too large"
    ),
    (#"{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, 8, "its `shape` is not a list of sizes"),
    (#"{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, "its `shape` is not a list of sizes"),
    (#"{"x":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, "unknown type `F31`"),
    (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "its `data_offsets` are not a valid range"),
    (#"{"x":{"dtype":"F32","shape":[2]}}"#, 8, "its `data_offsets` are not a valid range"),
    (#"{"x":7}"#, 8, "it has no `dtype`"),
    (#"[]"#, 0, "the header is malformed: it is not an object"),
    (#"{"__metadata__":{"a":1}}"#, 0, "`__metadata__` has a value that is not text under `a`"),
    (#"{"__metadata__":[]}"#, 0, "`__metadata__` is not an object"),
    (#"{"x":{},"x":{}}"#, 0, "the JSON text has the key `x` twice"),
    (#"{"x":[[[[[[]]]]]]}"#, 0, "the JSON text is nested more than 4 levels"),
    (#"{"x""#, 0, "the JSON text is truncated"),
  ])
  func `refuses a lying header`(header: String, data: Int, complaint: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes(header: header, data: data), to: "x.safetensors")
    let error = #expect(throws: SafetensorsError.self) { try Safetensors(path: path) }
    #expect(error.map { "\($0)".contains(complaint) } == true, "\(String(describing: error))")
  }

  @Test func `refuses truncated and oversized headers`() throws {
    let folder = try TemporaryFolder()
    for count in 0..<8 {
      let path = try folder.write([UInt8](repeating: 1, count: count), to: "short")
      #expect(throws: SafetensorsError.truncated(path: path, bytes: count)) { try Safetensors(path: path) }
    }
    for length in [3, 1 << 40, UInt64.max] {
      let path = try folder.write(bytes(header: "{}", length: length, data: 0), to: "long")
      #expect(throws: SafetensorsError.headerTooLong(path: path, bytes: length, available: 2)) { try Safetensors(path: path) }
    }
    #expect(throws: FileError.cannotOpen(path: folder.file("nothing"), code: ENOENT)) { try Safetensors(path: folder.file("nothing")) }
    #expect(throws: FileError.isFolder(path: folder.path)) { try Safetensors(path: folder.path) }
  }

  @Test func `every prefix of a file is refused`() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(
      [Safetensors.Content(name: "x", shape: [3], values: [1, 2, 3])], metadata: ["k": "v"], to: folder.file("whole"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("whole"))))
    for count in 0..<whole.count {
      let path = try folder.write(Array(whole[..<count]), to: "part")
      #expect(throws: (any Error).self, "\(count) bytes") { try Safetensors(path: path) }
    }
  }

  @Test func `damaged bytes never trap`() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(
      [Safetensors.Content(name: "x", shape: [3], values: [1, 2, 3], type: .float16)], metadata: ["k": "v"], to: folder.file("whole"))
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("whole"))))
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<400 {
      var damaged = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      let path = try folder.write(damaged, to: "damaged")
      if let file = try? Safetensors(path: path) {
        for name in file.names { _ = try? file.floats(name) }
      }
    }
  }
}
