/// An error in a JSON text, with the byte offset.
public enum JSONError: Error, Equatable {
  /// The text ends within a value.
  case unexpectedEnd
  /// A byte that is not allowed at this place.
  case unexpectedByte(UInt8, offset: Int)
  /// An invalid number, or one beyond the range of `Double`.
  case invalidNumber(offset: Int)
  /// An invalid string or escape sequence.
  case invalidString(offset: Int)
  /// An object has a key twice.
  case duplicateKey(String)
  /// Arrays and objects are nested too deeply.
  case nestedTooDeeply(limit: Int)
  /// The values of the text would not fit in memory.
  case tooLarge(MemoryShortage)
}

extension JSONError: CustomStringConvertible {
  /// The error as an English clause, with the offset.
  public var description: String {
    switch self {
    case .unexpectedEnd: "the JSON text is truncated"
    case .unexpectedByte(let byte, let offset): "unexpected byte \(byte) at offset \(offset) of the JSON text"
    case .invalidNumber(let offset): "invalid number at offset \(offset) of the JSON text"
    case .invalidString(let offset): "invalid string at offset \(offset) of the JSON text"
    case .duplicateKey(let key): "the JSON text has the key `\(key)` twice"
    case .nestedTooDeeply(let limit): "the JSON text is nested more than \(limit) levels deep"
    case .tooLarge(let shortage): "the JSON text has too many values: \(shortage)"
    }
  }
}

extension JSON {
  /// Parses a JSON text (RFC 8259, without extensions) that is a single value; a byte order mark is ignored. Duplicate keys are an error.
  ///
  /// - Parameter depthLimit: The maximum depth of nested values.
  /// - Throws: `JSONError`.
  /// - Complexity: O(bytes); objects with many keys are checked for duplicates through a set.
  public init(parsing bytes: [UInt8], depthLimit: Int = 32) throws(JSONError) {
    // A value takes two bytes of text and up to 40 of memory, which growing arrays hold twice for a moment.
    if let shortage = MemoryBudget.shortage(of: 40 * bytes.count) { throw .tooLarge(shortage) }
    var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
    self = try parser.document()
  }

  /// Parses a JSON text; see the initializer for bytes.
  public init(parsing text: String, depthLimit: Int = 32) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  var position = 0

  mutating func document() throws(JSONError) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let result = try value(depth: 0)
    skipBlanks()
    if position < bytes.count { throw .unexpectedByte(bytes[position], offset: position) }
    return result
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard position < bytes.count else { throw .unexpectedEnd }
    return bytes[position]
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard try peek() == byte else { throw .unexpectedByte(bytes[position], offset: position) }
    position += 1
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    guard depth < depthLimit else { throw .nestedTooDeeply(limit: depthLimit) }
    skipBlanks()
    switch try peek() {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    for byte in word.utf8 { try expect(byte) }
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    position += 1
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    skipBlanks()
    if accept(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard try peek() == UInt8(ascii: "\"") else { throw .unexpectedByte(bytes[position], offset: position) }
      let key = try string()
      guard keys.insert(key).inserted else { throw .duplicateKey(key) }
      skipBlanks()
      try expect(UInt8(ascii: ":"))
      members.append(JSON.Member(key, try value(depth: depth + 1)))
      skipBlanks()
      if accept(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "}"))
      return .object(members)
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    position += 1
    var values: [JSON] = []
    skipBlanks()
    if accept(UInt8(ascii: "]")) { return .array(values) }
    while true {
      values.append(try value(depth: depth + 1))
      skipBlanks()
      if accept(UInt8(ascii: ",")) { continue }
      try expect(UInt8(ascii: "]"))
      return .array(values)
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    return position - start
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    _ = accept(UInt8(ascii: "-"))
    let leading = position
    let whole = digits()
    guard whole > 0 else {
      guard leading > start else { throw .unexpectedByte(bytes[start], offset: start) }
      throw .invalidNumber(offset: start)
    }
    if whole > 1, bytes[leading] == UInt8(ascii: "0") { throw .invalidNumber(offset: start) }
    if accept(UInt8(ascii: ".")), digits() == 0 { throw .invalidNumber(offset: start) }
    if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
      if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
      if digits() == 0 { throw .invalidNumber(offset: start) }
    }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
      throw .invalidNumber(offset: start)
    }
    return .number(value)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while true {
      let byte = try peek()
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw .invalidString(offset: start) }
        return text
      case UInt8(ascii: "\\"): content.append(contentsOf: try escape(stringStart: start).utf8)
      case 0..<0x20: throw .invalidString(offset: start)
      default: content.append(byte)
      }
    }
  }

  private mutating func escape(stringStart: Int) throws(JSONError) -> String {
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var code = try codeUnit(stringStart: stringStart)
      if (0xD800..<0xDC00).contains(code), accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) {
        let low = try codeUnit(stringStart: stringStart)
        guard (0xDC00..<0xE000).contains(low) else { throw .invalidString(offset: stringStart) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .invalidString(offset: stringStart) }
      return String(Character(scalar))
    default: throw .invalidString(offset: stringStart)
    }
  }

  private mutating func codeUnit(stringStart: Int) throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else { throw .invalidString(offset: stringStart) }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
