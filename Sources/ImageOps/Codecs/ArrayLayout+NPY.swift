extension ArrayLayout {
  /// Reads the header of an NPY file: a Python dictionary literal of which three keys count.
  init(npy bytes: UnsafeRawBufferPointer) throws(CodecProblem) {
    guard bytes.count >= 12 else { throw .truncated(.npy, reason: "no header") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw .unsupported(.npy, feature: "version \(version)") }
    let start = version == 1 ? 10 : 12
    let length = version == 1 ? Int(bytes.littleEndian(UInt16.self, at: 8)) : Int(bytes.littleEndian(UInt32.self, at: 8))
    guard length <= bytes.count - start else { throw .truncated(.npy, reason: "the header claims \(length) bytes") }
    guard length <= 65_536 else { throw .unsupported(.npy, feature: "a header of \(length) bytes") }
    let text = Array(bytes[start..<start + length])

    let descriptor = try Self.quoted(after: "'descr'", in: text)
    guard let order = descriptor.first, let code = descriptor.dropFirst().first,
      let size = Int(String(decoding: descriptor.dropFirst(2), as: UTF8.self))
    else { throw .unsupported(.npy, feature: "structured arrays") }
    let kind: Kind
    switch code {
    case UInt8(ascii: "b"): kind = .boolean
    case UInt8(ascii: "u"): kind = .unsigned
    case UInt8(ascii: "i"): kind = .signed
    case UInt8(ascii: "f"): kind = .float
    default: throw .unsupported(.npy, feature: "numbers of kind `\(String(decoding: descriptor, as: UTF8.self))`")
    }
    let sizes: Set<Int> = kind == .boolean ? [1] : kind == .float ? [2, 4, 8] : [1, 2, 4, 8]
    guard sizes.contains(size) else {
      throw .unsupported(.npy, feature: "numbers of kind `\(String(decoding: descriptor, as: UTF8.self))`")
    }
    let isFortranOrder = try Self.rest(after: "'fortran_order'", in: text).starts(with: Array("True".utf8))
    try self.init(
      .npy, kind, itemSize: size, isBigEndian: order == UInt8(ascii: ">"), isFortranOrder: isFortranOrder,
      shape: Self.tuple(after: "'shape'", in: text), offset: start + length, byteCount: bytes.count)
  }

  /// What follows a key and its colon.
  private static func rest(after key: String, in text: [UInt8]) throws(CodecProblem) -> ArraySlice<UInt8> {
    let key = Array(key.utf8)
    var start = 0
    while start + key.count <= text.count, !text[start...].starts(with: key) { start += 1 }
    let rest = text.dropFirst(start + key.count).drop { $0 == UInt8(ascii: " ") }
    guard rest.first == UInt8(ascii: ":") else { throw .damaged(.npy, reason: "the header lacks \(String(decoding: key, as: UTF8.self))") }
    return rest.dropFirst().drop { $0 == UInt8(ascii: " ") }
  }

  private static func quoted(after key: String, in text: [UInt8]) throws(CodecProblem) -> ArraySlice<UInt8> {
    let rest = try rest(after: key, in: text)
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw .unsupported(.npy, feature: "structured arrays")
    }
    return rest.dropFirst().prefix { $0 != quote }
  }

  private static func tuple(after key: String, in text: [UInt8]) throws(CodecProblem) -> [Int] {
    let rest = try rest(after: key, in: text)
    guard rest.first == UInt8(ascii: "("), let end = rest.firstIndex(of: UInt8(ascii: ")")) else {
      throw .damaged(.npy, reason: "the shape is not a tuple")
    }
    var shape: [Int] = []
    for part in rest[rest.startIndex + 1..<end].split(separator: UInt8(ascii: ",")) {
      let digits = part.filter { $0 != UInt8(ascii: " ") }
      if digits.isEmpty { continue }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length >= 0 else {
        throw .damaged(.npy, reason: "the shape is not a tuple of lengths")
      }
      shape.append(length)
    }
    guard shape.count <= 32 else { throw .unsupported(.npy, feature: "\(shape.count) dimensions") }
    return shape
  }
}
