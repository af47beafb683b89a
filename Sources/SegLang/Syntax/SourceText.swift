/// A half-open range of UTF-8 bytes in a source text.
public struct Span: Sendable, Hashable {
  /// Offset of the first byte.
  public var start: Int
  /// Offset behind the last byte.
  public var end: Int
  /// Creates a span; it is empty when the end precedes the start.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = max(start, end)
  }
  /// Creates an empty span at an offset.
  public init(at offset: Int) { self.init(offset, offset) }
  /// Whether the span has no bytes.
  public var isEmpty: Bool { start == end }
  /// The smallest span that contains both.
  public func union(_ other: Span) -> Span { Span(min(start, other.start), max(end, other.end)) }
  /// Whether the byte at an offset is in the span.
  public func contains(_ offset: Int) -> Bool { start <= offset && offset < end }
}

/// The text of a script or of a line at the prompt, with its name.
public struct SourceText: Sendable {
  /// Name in diagnostics: a file name, or nil at the prompt.
  public let name: String?
  /// The text.
  public let text: String
  let bytes: [UInt8]
  private let lineStarts: [Int]
  /// Where the text begins: after a byte order mark, which means nothing.
  var start: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// Creates a source text.
  /// - Complexity: O(length).
  public init(_ text: String, name: String? = nil) {
    self.name = name
    self.text = text
    bytes = Array(text.utf8)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    lineStarts = starts
  }

  /// Number of lines: one more than there are line feeds, so 1 for an empty text.
  public var lineCount: Int { lineStarts.count }

  /// The text of a span; what lies outside the source text is left out.
  public subscript(span: Span) -> String {
    let start = min(max(0, span.start), bytes.count)
    return String(decoding: bytes[start..<min(max(start, span.end), bytes.count)], as: UTF8.self)
  }

  /// Line and column of an offset, both from 1; columns count characters, not bytes.
  /// - Complexity: O(log lines + length of the line).
  public func location(of offset: Int) -> (line: Int, column: Int) {
    let line = lineIndex(of: offset)
    return (line + 1, self[Span(lineStarts[line], min(offset, bytes.count))].count + 1)
  }

  /// The bytes of a line, counted from 1, without its line break. A number out of range means the first or the last line.
  public func span(ofLine line: Int) -> Span {
    let index = min(max(0, line - 1), lineStarts.count - 1)
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return Span(start, end)
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
