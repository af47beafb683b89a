/// The stored (not compressed) files of a ZIP archive, as PyTorch writes them (PKWARE's APPNOTE 6.3; with ZIP64 sizes).
struct ZIPArchive {
  private static let countLimit = 100_000
  private(set) var files: [String: ArraySlice<UInt8>] = [:]

  init(_ bytes: [UInt8]) throws(ForeignFormatProblem) {
    let damaged = ForeignFormatProblem("its ZIP directory is damaged")
    func number(_ offset: Int, _ count: Int) throws(ForeignFormatProblem) -> Int {
      guard offset >= 0, count <= 8, offset <= bytes.count - count else { throw damaged }
      let value = (0..<count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[offset + $1]) }
      guard value <= UInt64(Int.max) else { throw damaged }
      return Int(value)
    }
    guard bytes.count >= 22 else { throw damaged }
    let first = max(0, bytes.count - 22 - 65_535)
    let isEnd: (Int) -> Bool = { bytes[$0...].starts(with: [0x50, 0x4B, 5, 6]) }
    guard let end = (first...bytes.count - 22).reversed().first(where: isEnd) else { throw damaged }
    var (count, position) = (try number(end + 10, 2), try number(end + 16, 4))
    if count == 0xFFFF || position == 0xFFFF_FFFF {
      guard end >= 20, try number(end - 20, 4) == 0x0706_4B50 else { throw damaged }
      let record = try number(end - 12, 8)
      guard try number(record, 4) == 0x0606_4B50 else { throw damaged }
      (count, position) = (try number(record + 32, 8), try number(record + 48, 8))
    }
    guard count <= Self.countLimit else { throw ForeignFormatProblem("it has more than \(Self.countLimit) files") }
    for _ in 0..<count {
      guard try number(position, 4) == 0x0201_4B50 else { throw damaged }
      let (method, nameLength, extraLength) = (try number(position + 10, 2), try number(position + 28, 2), try number(position + 30, 2))
      var (size, offset) = (try number(position + 24, 4), try number(position + 42, 4))
      let nameStart = position + 46
      guard nameStart + nameLength + extraLength <= bytes.count else { throw damaged }
      let name = String(decoding: bytes[nameStart..<nameStart + nameLength], as: UTF8.self)
      var extra = nameStart + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd {
        let (kind, length) = (try number(extra, 2), try number(extra + 2, 2))
        if kind == 1 {
          var field = extra + 4
          if size == 0xFFFF_FFFF { (size, field) = (try number(field, 8), field + 8) }
          // The compressed size, which is the same of a stored file, stands between both where it is large.
          if try number(position + 20, 4) == 0xFFFF_FFFF { field += 8 }
          if offset == 0xFFFF_FFFF { offset = try number(field, 8) }
        }
        extra += 4 + length
      }
      guard try number(offset, 4) == 0x0403_4B50 else { throw damaged }
      let start = offset + 30 + (try number(offset + 26, 2)) + (try number(offset + 28, 2))
      guard start <= bytes.count, size <= bytes.count - start else { throw damaged }
      if method == 0 { files[name] = bytes[start..<start + size] }
      position = extraEnd + (try number(position + 32, 2))
    }
  }
}
