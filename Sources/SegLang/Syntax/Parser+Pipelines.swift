extension Parser {
  /// Bytes that end a bare word.
  static let endsWord: Set<UInt8> = Set("|;(){}\"'\n".utf8)

  mutating func pipeline() -> Pipeline {
    skipBlanks()
    let start = scanner.position
    var stages: [Stage] = []
    if let first = nested({ $0.firstStage() }) { stages.append(first) }
    while true {
      skipBlanks()
      guard scanner.has("|") else { break }
      scanner.take(.symbol, count: 1)
      // A trailing bar carries on in the next line.
      skipLines()
      if scanner.isAtEnd { isIncomplete = true }
      let nameEnd = scanner.qualifiedWordEnd(at: scanner.position)
      guard nameEnd > scanner.position else {
        failExpecting("a command")
        break
      }
      stages.append(.invocation(invocation(nameEnd: nameEnd)))
    }
    if stages.isEmpty { stages.append(.expression(Expression(kind: .invalid, span: Span(at: start)))) }
    return Pipeline(stages: stages, span: Span(start, contentEnd(from: start)))
  }

  /// A command where its name is known or the words after it can be nothing else; otherwise an expression.
  private mutating func firstStage() -> Stage {
    let qualified = scanner.qualifiedWordEnd(at: scanner.position)
    let word = scanner.text(scanner.position, qualified)
    if isCommand(word) || (isOfUnresolvedModule(word) && (looksLikeInvocation(after: qualified) || isBeforeParenthesis(qualified))) {
      return .invocation(invocation(nameEnd: qualified))
    }
    let nameEnd = scanner.commandWordEnd(at: scanner.position)
    if nameEnd > scanner.position {
      let name = scanner.text(scanner.position, nameEnd)
      if Keyword(rawValue: name) == nil, ResultName.number(of: name) == nil, isCommand(name) || looksLikeInvocation(after: nameEnd) {
        return .invocation(invocation(nameEnd: nameEnd))
      }
    }
    return .expression(expression())
  }

  private func isBeforeParenthesis(_ end: Int) -> Bool {
    var index = end
    while scanner.isBlank(scanner.byte(at: index)) { index += 1 }
    return index > end && scanner.byte(at: index) == UInt8(ascii: "(")
  }

  /// Whether what follows an unknown name is an argument: a blank, then a word, number or quote that no expression could go on with.
  private func looksLikeInvocation(after end: Int) -> Bool {
    var index = end
    while scanner.isBlank(scanner.byte(at: index)) { index += 1 }
    guard index > end else { return false }
    let byte = scanner.byte(at: index)
    if scanner.isDigit(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "~") { return true }
    if byte == UInt8(ascii: "("), openBrackets == 0 { return true }
    if byte == UInt8(ascii: "-"), scanner.byte(at: index + 1) == UInt8(ascii: "-"), scanner.isLetter(scanner.byte(at: index + 2)) {
      return true
    }
    let word = scanner.identifierEnd(at: index)
    guard word > index else { return false }
    switch Keyword(rawValue: scanner.text(index, word)) {
    case .and, .or, .xor, .minus, .in, .not: return false
    default: return true
    }
  }

  /// `name arguments`, with the name at the present place.
  private mutating func invocation(nameEnd: Int) -> Invocation {
    let start = scanner.position
    let text = scanner.text(start, nameEnd)
    let name = Name(text: text, span: scanner.take(.commandName, upTo: nameEnd))
    if Keyword(rawValue: text) != nil { fail(.reservedName(text), name.span) }
    var arguments: [ArgumentNode] = []
    var previousEnd = scanner.position
    while true {
      skipBlanks()
      if scanner.isAtEnd || scanner.next == 10 || scanner.has("|") || scanner.has(";") || scanner.has(")") || scanner.has("}") { break }
      if scanner.has("{"), bracesAreBlocks { break }
      if stopsAtColonOrComma, scanner.has(",") || scanner.has("]") || scanner.has(":") { break }
      if scanner.position == previousEnd, !(scanner.has("{") && arguments.isEmpty) {
        let place = Span(scanner.position, scanner.characterEnd(at: scanner.position))
        if arguments.isEmpty, scanner.has("(") {
          fail(.calledLikeFunction(text, suggestion: pipeline(insteadOf: text)), place)
        } else {
          fail(.gluedArgument, place)
        }
      }
      let before = scanner.position
      arguments.append(argument())
      previousEnd = scanner.position
      if scanner.position == before { break }
    }
    return Invocation(name: name, arguments: arguments, span: Span(start, contentEnd(from: start)))
  }

  /// How a call such as `threshold(img, 0.4)`, whose parenthesis is next, is written: `img | threshold 0.4`.
  private func pipeline(insteadOf name: String) -> String {
    var (end, depth) = (scanner.position, 0)
    while end < scanner.bytes.count, scanner.byte(at: end) != 10 {
      if scanner.byte(at: end) == UInt8(ascii: "(") { depth += 1 }
      if scanner.byte(at: end) == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { break }
      end += 1
    }
    let inside = scanner.text(min(scanner.position + 1, end), end)
    let parts = inside.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    guard let first = parts.first else { return name }
    // A value comes through the pipe; a file's name or a number is an argument.
    let fileEndings = [
      "png", "jpg", "jpeg", "tif", "tiff", "npy", "nii", "gz", "nrrd", "dcm", "json", "geojson", "zip", "xml", "txt", "csv", "seg",
    ]
    let isFile = first.split(separator: ".").last.map { fileEndings.contains($0.lowercased()) } ?? false
    let isValue = first.first?.isLetter == true && !isFile && !first.contains("/") && !first.contains("=")
    return isValue ? ([first, "|", name] + parts.dropFirst()).joined(separator: " ") : ([name] + parts).joined(separator: " ")
  }

  private mutating func argument() -> ArgumentNode {
    let start = scanner.position
    if scanner.starts(with: "--"), scanner.isLetter(scanner.byte(at: start + 2)) {
      let end = scanner.commandWordEnd(at: start + 2)
      let name = Name(text: scanner.text(start + 2, end).replacing("-", with: "_"), span: Span(start, end))
      scanner.take(.optionName, upTo: end)
      guard scanner.has("=") else { return ArgumentNode(name: name, isDashed: true, content: nil, span: name.span) }
      scanner.take(.op, count: 1)
      let content = argumentValue()
      return ArgumentNode(name: name, isDashed: true, content: content, span: Span(start, scanner.position))
    }
    let end = scanner.identifierEnd(at: start)
    if end > start, scanner.byte(at: end) == UInt8(ascii: "="), scanner.byte(at: end + 1) != UInt8(ascii: "=") {
      let name = Name(text: scanner.text(start, end), span: scanner.take(.optionName, upTo: end))
      scanner.take(.op, count: 1)
      if scanner.isAtEnd || scanner.isBlank(scanner.next) || scanner.next == 10 || scanner.has("|") || scanner.has(";") || scanner.has(")")
      {
        // The checker says what value is missing, since it knows the option.
        return ArgumentNode(
          name: name, isDashed: false, content: .word(Name(text: "", span: Span(at: scanner.position))), span: Span(start, scanner.position)
        )
      }
      let content = argumentValue()
      return ArgumentNode(name: name, isDashed: false, content: content, span: Span(start, scanner.position))
    }
    let content = argumentValue()
    return ArgumentNode(name: nil, isDashed: false, content: content, span: Span(start, scanner.position))
  }

  /// What stands as an argument: a block, or `argumentContent`.
  private mutating func argumentValue() -> ArgumentNode.Content {
    guard scanner.has("{") else { return argumentContent() }
    return nested { $0.blockArgument() }.map { .block($0) } ?? .expression(Expression(kind: .invalid, span: Span(at: scanner.position)))
  }

  /// `{ statements }` as an argument, with the brace at the present place. Its statements report for themselves.
  private mutating func blockArgument() -> Block {
    let start = scanner.position
    let outer = (bracesAreBlocks, stopsAtColonOrComma, isInText, openBrackets)
    let (failedBefore, before) = (hasFailed, diagnostics.count)
    let field = recordField(after: start + 1)
    let block = block() ?? Block(statements: [], span: Span(at: start))
    if let field {
      diagnostics.removeLast(diagnostics.count - before)
      hasFailed = failedBefore
      fail(.recordAsBlock, field)
    }
    (bracesAreBlocks, stopsAtColonOrComma, isInText, openBrackets) = outer
    hasFailed = failedBefore || diagnostics.count > before
    argumentBlocks.append(block.span)
    return block
  }

  /// The name in `{ name: …`, which is the start of a record and not of a statement.
  private func recordField(after start: Int) -> Span? {
    var first = start
    while scanner.isBlank(scanner.byte(at: first)) { first += 1 }
    let end = scanner.identifierEnd(at: first)
    var colon = end
    while scanner.isBlank(scanner.byte(at: colon)) { colon += 1 }
    guard end > first, scanner.byte(at: colon) == UInt8(ascii: ":"), scanner.byte(at: colon + 1) != UInt8(ascii: "=") else { return nil }
    return Span(first, end)
  }

  /// A quoted text, a parenthesised pipeline, a list, or a bare word.
  mutating func argumentContent(stoppingAt stops: Set<UInt8> = []) -> ArgumentNode.Content {
    if scanner.has("\"") || scanner.has("'") { return .text(textLiteral()) }
    if scanner.has("(") || scanner.has("[") {
      return .expression(nested { $0.bracketed() } ?? Expression(kind: .invalid, span: Span(at: scanner.position)))
    }
    let start = scanner.position
    var end = start
    while end < scanner.bytes.count, scanner.bytes[end] > 32, !Self.endsWord.contains(scanner.bytes[end]),
      !stops.contains(scanner.bytes[end])
    { end += 1 }
    guard end > start else {
      failExpecting("a value")
      return .expression(Expression(kind: .invalid, span: Span(at: start)))
    }
    let span = scanner.take(.word, upTo: end)
    return .word(Name(text: scanner.source[span], span: span))
  }
}
