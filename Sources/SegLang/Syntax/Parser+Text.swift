extension Parser {
  /// Text in quotes. Inside `"…"`, `{…}` holds a pipeline and `\` starts an escape; inside `'…'` every character stands for itself.
  mutating func textLiteral() -> TextLiteral {
    let start = scanner.position
    let isRaw = scanner.has("'")
    let quote = scanner.next
    var end = start + 1
    var tokenStart = start
    var segments: [TextLiteral.Segment] = []
    var run: [UInt8] = []
    func flush() {
      if !run.isEmpty { segments.append(.characters(String(decoding: run, as: UTF8.self))) }
      run = []
    }
    while true {
      let byte = scanner.byte(at: end)
      if end >= scanner.bytes.count || byte == 10 {
        scanner.take(.text, upTo: end)
        fail(.unclosedQuote, Span(start, start + 1))
        break
      }
      if byte == quote {
        scanner.take(.text, upTo: end + 1)
        break
      }
      if isRaw {
        run.append(byte)
        end += 1
      } else if byte == UInt8(ascii: "\\") {
        end = escape(at: end, into: &run)
      } else if byte == UInt8(ascii: "{") {
        flush()
        scanner.take(.text, upTo: end)
        tokenStart = end
        segments.append(nested { $0.interpolation() } ?? .characters(""))
        if scanner.position == tokenStart { scanner.take(.text, count: 1) }
        end = scanner.position
      } else {
        run.append(byte)
        end += 1
      }
    }
    flush()
    return TextLiteral(segments: segments, span: Span(start, scanner.position), isRaw: isRaw)
  }

  /// `{pipeline}` or `{pipeline:.2}`, with the brace at the present place.
  private mutating func interpolation() -> TextLiteral.Segment {
    let open = scanner.take(.symbol, count: 1)
    let outer = (bracesAreBlocks, stopsAtColonOrComma, openBrackets, isInText)
    (bracesAreBlocks, stopsAtColonOrComma, openBrackets, isInText) = (true, true, 0, true)
    defer { (bracesAreBlocks, stopsAtColonOrComma, openBrackets, isInText) = outer }
    let pipeline = pipeline()
    skipBlanks()
    var decimals: Int?
    if scanner.starts(with: ":.") {
      scanner.take(.symbol, count: 2)
      var end = scanner.position
      while scanner.isDigit(scanner.byte(at: end)), end - scanner.position < 2 { end += 1 }
      decimals = Int(scanner.text(scanner.position, end))
      if decimals == nil || decimals.map({ $0 > 17 }) == true { failExpecting("a number of decimal places, 0 to 17") }
      scanner.take(.number, upTo: end)
    }
    if scanner.has("}") {
      scanner.take(.symbol, count: 1)
    } else if scanner.isAtEnd || scanner.next == 10 {
      fail(.unclosedBracket("{"), open)
    } else {
      failExpecting("`}`")
    }
    return .value(pipeline, decimals: decimals)
  }

  /// Reads the escape at an offset and says where it ends.
  private mutating func escape(at start: Int, into run: inout [UInt8]) -> Int {
    switch scanner.byte(at: start + 1) {
    case UInt8(ascii: "n"): run.append(10)
    case UInt8(ascii: "r"): run.append(13)
    case UInt8(ascii: "t"): run.append(9)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"): run.append(scanner.byte(at: start + 1))
    case UInt8(ascii: "u") where scanner.byte(at: start + 2) == UInt8(ascii: "{"):
      var end = start + 3
      while end - start < 12, scanner.isDigit(scanner.byte(at: end)) || scanner.isLetter(scanner.byte(at: end)) { end += 1 }
      if scanner.byte(at: end) == UInt8(ascii: "}"), let value = UInt32(scanner.text(start + 3, end), radix: 16),
        let scalar = Unicode.Scalar(value)
      {
        run += Array(String(scalar).utf8)
        return end + 1
      }
      fail(.unknownEscape(scanner.text(start, end)), Span(start, end))
      return end
    default:
      let end = scanner.byte(at: start + 1) == 10 || start + 1 >= scanner.bytes.count ? start + 1 : scanner.characterEnd(at: start + 1)
      fail(.unknownEscape(scanner.text(start, end)), Span(start, end))
      return end
    }
    return start + 2
  }
}
