/// The files of a ZIP archive (PKWARE's APPNOTE 6.3; with ZIP64 sizes), stored or deflated.
public struct ZIPArchive {
  private static let countLimit = 100_000

  /// Why an archive cannot be read, as an English clause.
  public struct Problem: Error, Equatable, CustomStringConvertible {
    /// The clause, such as `its ZIP directory is damaged`.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// A file of an archive.
  public struct Entry {
    /// The path, with `/` between folders.
    public let name: String
    /// The number of bytes that the archive states.
    public let count: Int
    /// The bytes as stored, if they are not compressed; nil for a compressed file.
    public var stored: ArraySlice<UInt8>? { method == 0 ? data : nil }
    fileprivate let method: Int
    fileprivate let data: ArraySlice<UInt8>

    /// Returns the bytes of the file.
    /// - Throws: `Problem` for a method other than deflate, damaged data, or more bytes than the limit.
    public func content(limit: Int) throws(Problem) -> [UInt8] {
      guard count <= limit else { throw Problem("`\(name.prefix(80))` has \(count) bytes; at most \(limit) are read") }
      switch method {
      case 0: return Array(data)
      case 8:
        do { return try data.withUnsafeBytes { try Deflate.inflated($0, .raw, limit: limit) } } catch {
          throw Problem("`\(name.prefix(80))` cannot be decompressed")
        }
      default: throw Problem("`\(name.prefix(80))` is compressed by method \(method); only deflate is supported")
      }
    }
  }

  /// The files in the order of the directory.
  public private(set) var entries: [Entry] = []

  /// Reads the directory of an archive.
  /// - Throws: `Problem`.
  public init(_ bytes: [UInt8]) throws(Problem) {
    let damaged = Problem("its ZIP directory is damaged")
    func number(_ offset: Int, _ count: Int) throws(Problem) -> Int {
      guard offset >= 0, count <= 8, offset <= bytes.count - count else { throw damaged }
      let value = (0..<count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[offset + $1]) }
      guard value <= UInt64(Int.max / 2) else { throw damaged }
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
    guard count <= Self.countLimit else { throw Problem("it has more than \(Self.countLimit) files") }
    for _ in 0..<count {
      guard try number(position, 4) == 0x0201_4B50 else { throw damaged }
      let (method, nameLength, extraLength) = (try number(position + 10, 2), try number(position + 28, 2), try number(position + 30, 2))
      var (packed, size, offset) = (try number(position + 20, 4), try number(position + 24, 4), try number(position + 42, 4))
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
          if packed == 0xFFFF_FFFF { (packed, field) = (try number(field, 8), field + 8) }
          if offset == 0xFFFF_FFFF { offset = try number(field, 8) }
        }
        extra += 4 + length
      }
      guard try number(offset, 4) == 0x0403_4B50 else { throw damaged }
      let start = offset + 30 + (try number(offset + 26, 2)) + (try number(offset + 28, 2))
      if method == 0 { packed = size }
      guard start <= bytes.count, packed <= bytes.count - start else { throw damaged }
      entries.append(Entry(name: name, count: size, method: method, data: bytes[start..<start + packed]))
      position = extraEnd + (try number(position + 32, 2))
    }
  }

  /// Encodes files as an archive, deflated and dated 1980-01-01, so that the same files yield the same bytes.
  /// - Precondition: At most 65,534 files and 2 GiB in all; names are shorter than 65,536 bytes.
  /// - Throws: `Deflate.Problem.noMemory`.
  public static func encoded(_ files: [(name: String, bytes: [UInt8])]) throws(Deflate.Problem) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var (out, directory): ([UInt8], [UInt8]) = ([], [])
    for file in files {
      let (name, packed) = (Array(file.name.utf8), try Deflate.deflated(file.bytes, .raw))
      // Version 2.0, names in UTF-8, deflate, midnight, the first day of 1980.
      let fields =
        number(20, 2) + number(0x0800, 2) + number(8, 2) + number(0, 2) + number(0x21, 2)
        + number(Int(Deflate.checksum(of: file.bytes)), 4) + number(packed.count, 4) + number(file.bytes.count, 4)
        + number(name.count, 2) + number(0, 2)
      directory += [0x50, 0x4B, 1, 2] + number(20, 2) + fields + number(0, 10) + number(out.count, 4) + name
      out += [0x50, 0x4B, 3, 4] + fields + name + packed
    }
    let start = out.count
    out += directory + [0x50, 0x4B, 5, 6] + number(0, 4) + number(files.count, 2) + number(files.count, 2)
    return out + number(directory.count, 4) + number(start, 4) + number(0, 2)
  }
}
