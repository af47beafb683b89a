import Basics
import SegLang

/// The text of a file that is open in an editor, with the editor's positions: lines and UTF-16 code units, both from 0.
struct TextDocument {
  /// A place as the editor writes it.
  struct Position: Equatable {
    var line: Int
    var character: Int
  }

  /// The editor's name of the file, a URI.
  let uri: String
  private(set) var bytes: [UInt8]
  private var lineStarts: [Int] = []

  init(uri: String, text: String) {
    self.uri = uri
    bytes = Array(text.utf8)
    findLines()
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path of the file; nil for a text that is no file yet.
  var path: String? { FileURI.path(of: uri) }

  /// Lines end in a line feed, a carriage return, or both.
  private mutating func findLines() {
    lineStarts = [0]
    for (index, byte) in bytes.enumerated() {
      if byte == 10 || (byte == 13 && (index + 1 == bytes.count || bytes[index + 1] != 10)) { lineStarts.append(index + 1) }
    }
  }

  /// The offset of a position in UTF-8 bytes. A position beyond the end of its line is the end of the line, one beyond the last line the end of the
  /// text, and one inside a character its start.
  func offset(of position: Position) -> Int {
    guard position.line < lineStarts.count else { return bytes.count }
    let start = lineStarts[position.line]
    let end = lineEnd(position.line)
    var units = 0
    var index = start
    while index < end {
      let lead = bytes[index]
      let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      units += length == 4 ? 2 : 1
      if units > position.character { break }
      index += length
    }
    return min(index, end)
  }

  /// Where a line ends, without its line break.
  private func lineEnd(_ line: Int) -> Int {
    guard line + 1 < lineStarts.count else { return bytes.count }
    var end = lineStarts[line + 1]
    while end > lineStarts[line], bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    return end
  }

  /// The position of an offset in UTF-8 bytes.
  func position(of offset: Int) -> Position {
    let offset = min(max(0, offset), bytes.count)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    // Each byte that starts a scalar is one unit, and two where the scalar takes four bytes.
    let units = bytes[lineStarts[low]..<offset].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    return Position(line: low, character: units)
  }

  /// Replaces what stands between two positions.
  mutating func replace(from start: Position, to end: Position, with text: String) {
    let first = offset(of: start)
    bytes.replaceSubrange(first..<max(first, offset(of: end)), with: Array(text.utf8))
    findLines()
  }
}

extension TextDocument {
  func range(_ span: Span) -> JSON { ["start": json(position(of: span.start)), "end": json(position(of: span.end))] }

  private func json(_ position: Position) -> JSON {
    ["line": .number(Double(position.line)), "character": .number(Double(position.character))]
  }
}

extension TextDocument.Position {
  /// Reads `{"line": 3, "character": 7}`; nil for anything else.
  init?(_ json: JSON?) {
    guard let line = json?["line"]?.integerValue, let character = json?["character"]?.integerValue, line >= 0, character >= 0 else {
      return nil
    }
    self.init(line: line, character: character)
  }
}

/// File URIs, RFC 8089.
enum FileURI {
  /// The path in a `file:` URI of this machine; nil for another URI.
  static func path(of uri: String) -> String? {
    guard uri.hasPrefix("file://") else { return nil }
    let rest = uri.dropFirst("file://".count)
    guard let slash = rest.firstIndex(of: "/"), ["", "localhost"].contains(rest[..<slash]) else { return nil }
    var bytes: [UInt8] = []
    var encoded = Array(rest[slash...].utf8)[...]
    while let byte = encoded.popFirst() {
      if byte == UInt8(ascii: "%") {
        let digits = encoded.prefix(2)
        guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0 else { return nil }
        bytes.append(value)
        encoded = encoded.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return SystemPath.text(bytes.map { CChar(bitPattern: $0) } + [0])
  }

  /// The URI of an absolute path.
  static func uri(of path: String) -> String {
    var text = "file://"
    for byte in SystemPath.bytes(path) where byte != 0 {
      let byte = UInt8(bitPattern: byte)
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 48...57:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~/".utf8.contains(byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }
}
