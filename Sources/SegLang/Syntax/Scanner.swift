/// Reads bytes of a source text into tokens that follow each other without gaps.
struct Scanner {
  let source: SourceText
  let bytes: [UInt8]
  private(set) var position = 0
  private(set) var tokens: [Token] = []

  init(_ source: SourceText) {
    self.source = source
    bytes = source.bytes
  }

  var isAtEnd: Bool { position >= bytes.count }
  /// The next byte; 0 at the end.
  var next: UInt8 { byte(at: position) }
  func byte(at offset: Int) -> UInt8 { offset >= 0 && offset < bytes.count ? bytes[offset] : 0 }
  func has(_ scalar: Unicode.Scalar) -> Bool { !isAtEnd && UInt32(next) == scalar.value }
  func starts(with text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { wanted in
      for (offset, byte) in wanted.enumerated() where bytes[position + offset] != byte { return false }
      return true
    }
  }

  /// Makes a token of everything up to an offset.
  @discardableResult mutating func take(_ kind: Token.Kind, upTo end: Int) -> Span {
    let span = Span(position, min(max(end, position), bytes.count))
    if !span.isEmpty { tokens.append(Token(kind: kind, span: span)) }
    position = span.end
    return span
  }

  @discardableResult mutating func take(_ kind: Token.Kind, count: Int) -> Span { take(kind, upTo: position + count) }

  /// Where tokens and position were, to try something else.
  struct Mark { fileprivate let position: Int, tokens: Int }
  func mark() -> Mark { Mark(position: position, tokens: tokens.count) }
  mutating func back(to mark: Mark) {
    position = mark.position
    tokens.removeLast(max(0, tokens.count - mark.tokens))
  }

  /// Steps over blanks and comments, and over line breaks where they mean nothing.
  mutating func skipTrivia(acrossLines: Bool) {
    while !isAtEnd {
      if isBlank(next) {
        var end = position
        while end < bytes.count, isBlank(bytes[end]) { end += 1 }
        take(.blank, upTo: end)
      } else if has("#"), startsComment {
        var end = position
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        if end > position, bytes[end - 1] == 13 { end -= 1 }
        take(.comment, upTo: end)
      } else if acrossLines, next == 10 {
        take(.newline, count: 1)
      } else {
        return
      }
    }
  }

  /// `#` starts a comment at the start of a line and after a blank, so that `a#2.png` is a path.
  private var startsComment: Bool {
    position == 0 || isBlank(bytes[position - 1]) || bytes[position - 1] == 10
  }

  func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  /// End of the identifier that starts at an offset; the offset itself when none does.
  func identifierEnd(at start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte >= 0x80 {
        guard let (scalar, count) = scalar(at: end), scalar.properties.isAlphabetic || (end > start && scalar.properties.isXIDContinue)
        else { break }
        end += count
      } else if isLetter(byte) || byte == UInt8(ascii: "_") || (end > start && isDigit(byte)) {
        end += 1
      } else {
        break
      }
    }
    return end
  }

  /// End of the longest command-like word: identifiers joined by single hyphens, no more of them than fit into the limit.
  func commandWordEnd(at start: Int, limit: Int = .max) -> Int {
    var end = identifierEnd(at: start)
    while end > start, end - start < limit, byte(at: end) == UInt8(ascii: "-") {
      let next = identifierEnd(at: end + 1)
      if next == end + 1 { break }
      end = next
    }
    return end
  }

  /// End of a command's name, or of a module's and its function's: `z.grade`.
  func qualifiedWordEnd(at start: Int) -> Int {
    let end = identifierEnd(at: start)
    if end > start, byte(at: end) == UInt8(ascii: ".") {
      let member = commandWordEnd(at: end + 1)
      if member > end + 1 { return member }
    }
    return commandWordEnd(at: start)
  }

  func isLetter(_ byte: UInt8) -> Bool { (byte | 32) >= 97 && (byte | 32) <= 122 }
  func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  func text(_ start: Int, _ end: Int) -> String { source[Span(start, end)] }

  /// The Unicode scalar whose encoding starts at an offset.
  func scalar(at offset: Int) -> (Unicode.Scalar, Int)? {
    let lead = byte(at: offset)
    let count = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard offset + count <= bytes.count, let scalar = String(decoding: bytes[offset..<offset + count], as: UTF8.self).unicodeScalars.first
    else { return nil }
    return (scalar, count)
  }

  /// End of the character (as a reader sees it) at an offset, for pointing at something unexpected.
  func characterEnd(at offset: Int) -> Int {
    guard offset < bytes.count else { return offset }
    guard bytes[offset] >= 0x80 else { return offset + 1 }
    return offset + (scalar(at: offset)?.1 ?? 1)
  }

  /// End of the number with its unit that starts at an offset; the offset itself when none does. A unit is letters, or `%` where no operand follows, its sign included.
  func quantityEnd(at start: Int) -> Int {
    let end = numberEnd(at: start)
    guard end > start else { return start }
    guard byte(at: end) == UInt8(ascii: "%") else { return identifierEnd(at: end) }
    let after = byte(at: end + 1)
    if after == UInt8(ascii: "-"), isDigit(byte(at: end + 2)) {
      // `7%-4` is a remainder; there is none by a percentage, so `40%-10%` is a difference.
      return byte(at: numberEnd(at: end + 2)) == UInt8(ascii: "%") ? end + 1 : end
    }
    return !isDigit(after) && !isLetter(after) && after != UInt8(ascii: "(") && after != UInt8(ascii: "_") && after < 0x80 ? end + 1 : end
  }

  /// End of the number without its unit.
  func numberEnd(at start: Int) -> Int {
    var end = start
    while isDigit(byte(at: end)) { end += 1 }
    if byte(at: end) == UInt8(ascii: "."), isDigit(byte(at: end + 1)) {
      end += 1
      while isDigit(byte(at: end)) { end += 1 }
    }
    guard end > start else { return start }
    if byte(at: end) | 32 == UInt8(ascii: "e") {
      var exponent = end + 1
      if byte(at: exponent) == UInt8(ascii: "-") || byte(at: exponent) == UInt8(ascii: "+") { exponent += 1 }
      if isDigit(byte(at: exponent)) {
        while isDigit(byte(at: exponent)) { exponent += 1 }
        end = exponent
      }
    }
    return end
  }
}
