extension Parser {
  mutating func statement() -> Statement.Kind {
    nested { $0.statementHere() } ?? .invalid
  }

  private mutating func statementHere() -> Statement.Kind {
    bracesAreBlocks = false
    stopsAtColonOrComma = false
    isInText = false
    openBrackets = 0
    if scanner.has("|") {
      fail(.leadingPipe, Span(scanner.position, scanner.position + 1))
      return .invalid
    }
    if let assignment = assignment() { return assignment }
    guard let keyword = keyword() else { return .pipeline(pipeline()) }
    switch keyword {
    case .seglang:
      take(keyword)
      return version()
    case .if:
      take(keyword)
      return conditional()
    case .for:
      take(keyword)
      return loop()
    case .while:
      take(keyword)
      let condition = condition()
      return block().map { .whileLoop(condition, $0) } ?? .invalid
    case .fn:
      take(keyword)
      return function()
    case .return:
      take(keyword)
      skipBlanks()
      return .return(isAtStatementEnd ? nil : pipeline())
    case .break, .continue:
      take(keyword)
      return .leave(endsLoop: keyword == .break)
    case .param:
      take(keyword)
      return parameter()
    case .print, .log:
      take(keyword)
      return .print(pipeline(), isLog: keyword == .log)
    case .assert, .expect:
      take(keyword)
      return .assertion(pipeline(), isExpectation: keyword == .expect)
    case .try:
      take(keyword)
      return attempt()
    case .use:
      take(keyword)
      return use()
    case .else, .catch, .as:
      fail(.unexpected(keyword.rawValue), Span(scanner.position, scanner.position + keyword.rawValue.utf8.count))
      return .invalid
    case .and, .in, .minus, .or, .xor:
      failExpecting("a statement")
      return .invalid
    case .it, .true, .false, .not:
      return .pipeline(pipeline())
    }
  }

  /// `"path" as name`
  private mutating func use() -> Statement.Kind {
    skipBlanks()
    guard let path = Self.modulePath(&scanner) else {
      failExpecting("a file in quotes, such as `\"zones.seg\"`,")
      return .invalid
    }
    skipBlanks()
    guard keyword() == .as else {
      failExpecting("`as`")
      return .invalid
    }
    take(.as)
    skipBlanks()
    return .use(path, as: variableName())
  }

  var isAtStatementEnd: Bool {
    scanner.isAtEnd || scanner.next == 10 || scanner.has(";") || scanner.has("}") || scanner.has(")")
  }

  /// `name = pipeline` or `name := pipeline`; nil when the statement is no assignment.
  private mutating func assignment() -> Statement.Kind? {
    let end = scanner.commandWordEnd(at: scanner.position)
    guard end > scanner.position else { return nil }
    var sign = end
    while scanner.isBlank(scanner.byte(at: sign)) { sign += 1 }
    let isReassignment = scanner.byte(at: sign) == UInt8(ascii: ":") && scanner.byte(at: sign + 1) == UInt8(ascii: "=")
    guard isReassignment || (scanner.byte(at: sign) == UInt8(ascii: "=") && scanner.byte(at: sign + 1) != UInt8(ascii: "=")) else {
      return nil
    }
    let name = variableName()
    scanner.skipTrivia(acrossLines: false)
    scanner.take(.op, count: isReassignment ? 2 : 1)
    let value = pipeline()
    return .assignment(name, isReassignment: isReassignment, value)
  }

  /// A name that a variable may have; problems are recorded and the name is taken all the same.
  mutating func variableName() -> Name {
    let end = scanner.commandWordEnd(at: scanner.position)
    guard end > scanner.position else {
      failExpecting("a name")
      return Name(text: "", span: Span(at: scanner.position))
    }
    let text = scanner.text(scanner.position, end)
    let reserved = Keyword(rawValue: text) != nil || ResultName.number(of: text) != nil
    let span = scanner.take(.identifier, upTo: end)
    if text.contains("-") {
      let mended = text.replacing("-", with: "_")
      fail(.hyphenInVariable(text), span, fix: Diagnostic.Fix(span, mended))
    } else if reserved {
      fail(.reservedName(text), span)
    }
    return Name(text: text, span: span)
  }

  private mutating func version() -> Statement.Kind {
    skipBlanks()
    var end = scanner.position
    while end < scanner.bytes.count, !scanner.isBlank(scanner.bytes[end]), scanner.bytes[end] != 10, scanner.bytes[end] != UInt8(ascii: ";")
    { end += 1 }
    guard end > scanner.position else {
      failExpecting("a version number")
      return .version(nil)
    }
    let text = scanner.text(scanner.position, end)
    let span = scanner.take(.number, upTo: end)
    if text != "1" { fail(.unknownVersion(text), span) }
    return .version(Int(text))
  }

  /// A pipeline before a block.
  private mutating func condition() -> Pipeline {
    bracesAreBlocks = true
    defer { bracesAreBlocks = false }
    return pipeline()
  }

  private mutating func conditional() -> Statement.Kind {
    var branches: [(condition: Pipeline, body: Block)] = []
    while true {
      let condition = condition()
      guard let body = block() else { return .invalid }
      branches.append((condition, body))
      let mark = scanner.mark()
      skipLines()
      guard keyword() == .else else {
        scanner.back(to: mark)
        return .conditional(branches, otherwise: nil)
      }
      take(.else)
      skipBlanks()
      if keyword() == .if {
        take(.if)
        continue
      }
      return block().map { .conditional(branches, otherwise: $0) } ?? .invalid
    }
  }

  private mutating func loop() -> Statement.Kind {
    skipBlanks()
    let name = variableName()
    skipBlanks()
    guard keyword() == .in else {
      failExpecting("`in`")
      return .invalid
    }
    take(.in)
    let sequence = condition()
    return block().map { .loop(name, over: sequence, $0) } ?? .invalid
  }

  /// `{ … } catch name { … }`
  private mutating func attempt() -> Statement.Kind {
    guard let body = block() else { return .invalid }
    skipLines()
    guard keyword() == .catch else {
      failExpecting("`catch`")
      return .invalid
    }
    take(.catch)
    skipBlanks()
    let name = variableName()
    return block().map { .attempt(body, name, $0) } ?? .invalid
  }

  /// `{ statements }`; nil, with a diagnostic, when there is none.
  mutating func block() -> Block? {
    skipBlanks()
    guard scanner.has("{") else {
      failExpecting("`{`")
      return nil
    }
    let open = scanner.take(.symbol, count: 1)
    let before = diagnostics.count
    let statements = statements(until: "}")
    // Each statement inside reports for itself; the bracket is reported even when one of them failed.
    if scanner.has("}") {
      scanner.take(.symbol, count: 1)
    } else {
      isIncomplete = true
      if diagnostics.count == before { diagnostics.append(Diagnostic(.unclosedBracket("{"), at: open)) }
    }
    return Block(statements: statements, span: Span(open.start, scanner.position))
  }

  private mutating func function() -> Statement.Kind {
    let start = scanner.position - Keyword.fn.rawValue.utf8.count
    skipBlanks()
    let end = scanner.commandWordEnd(at: scanner.position)
    guard end > scanner.position else {
      failExpecting("a name")
      return .invalid
    }
    let text = scanner.text(scanner.position, end)
    let name = Name(text: text, span: scanner.take(.commandName, upTo: end))
    if Keyword(rawValue: text) != nil { fail(.reservedName(text), name.span) }
    skipBlanks()
    guard scanner.has("(") else {
      failExpecting("`(`")
      return .invalid
    }
    let open = scanner.take(.symbol, count: 1)
    openBrackets += 1
    var parameters: [FunctionDeclaration.Parameter] = []
    skipBlanks()
    while !scanner.isAtEnd, !scanner.has(")") {
      let name = variableName()
      if name.text.isEmpty { break }
      let type = typeAnnotation()
      skipBlanks()
      var standard: ArgumentNode.Content?
      if scanner.has("=") {
        standard = standardValue(stoppingAt: [UInt8(ascii: ",")])
      }
      parameters.append(FunctionDeclaration.Parameter(name: name, type: type, standard: standard))
      skipBlanks()
      guard scanner.has(",") else { break }
      scanner.take(.symbol, count: 1)
      skipBlanks()
    }
    close(")", openedAt: open)
    openBrackets -= 1
    guard let body = block() else { return .invalid }
    return .function(FunctionDeclaration(name: name, parameters: parameters, body: body, span: Span(start, scanner.position)))
  }

  /// `: Type`, if there is one.
  private mutating func typeAnnotation() -> Name? {
    skipBlanks()
    guard scanner.has(":"), !scanner.starts(with: ":=") else { return nil }
    scanner.take(.symbol, count: 1)
    skipBlanks()
    let end = scanner.identifierEnd(at: scanner.position)
    guard end > scanner.position else {
      failExpecting("a type")
      return nil
    }
    let text = scanner.text(scanner.position, end)
    return Name(text: text, span: scanner.take(.identifier, upTo: end))
  }

  /// What follows the `=` of a declaration. It cannot start with `#`, which is a comment after the blank that belongs there.
  private mutating func standardValue(stoppingAt stops: Set<UInt8> = []) -> ArgumentNode.Content? {
    scanner.take(.op, count: 1)
    skipBlanks()
    guard !scanner.has("#") else {
      failExpecting("a value")
      return nil
    }
    return argumentContent(stoppingAt: stops)
  }

  private mutating func parameter() -> Statement.Kind {
    skipBlanks()
    let name = variableName()
    let type = typeAnnotation()
    skipBlanks()
    var standard: ArgumentNode.Content?
    if scanner.has("=") {
      standard = standardValue()
    }
    skipBlanks()
    var range: (low: Name, high: Name)?
    if keyword() == .in {
      take(.in)
      skipBlanks()
      range = literalRange()
    }
    skipBlanks()
    let help = scanner.has("\"") || scanner.has("'") ? textLiteral() : nil
    return .parameter(ParameterStatement(name: name, type: type, standard: standard, range: range, help: help))
  }

  /// `0.5mm..10mm`, as two words that the parameter's type reads.
  private mutating func literalRange() -> (low: Name, high: Name)? {
    let start = scanner.position
    var end = start
    while end < scanner.bytes.count, scanner.bytes[end] > 32, !Self.endsWord.contains(scanner.bytes[end]) { end += 1 }
    let word = Array(scanner.bytes[start..<end])
    guard let dots = word.indices.dropFirst().first(where: { $0 + 1 < word.count - 1 && word[$0] == 46 && word[$0 + 1] == 46 }) else {
      failExpecting("a range such as `1px..9px`")
      return nil
    }
    let low = scanner.take(.number, upTo: start + dots)
    scanner.take(.op, count: 2)
    let high = scanner.take(.number, upTo: end)
    return (Name(text: scanner.source[low], span: low), Name(text: scanner.source[high], span: high))
  }
}

/// Names of numbered results, such as `_7`.
public enum ResultName {
  /// 7 for `_7`; nil for any other text.
  public static func number(of text: String) -> Int? {
    guard text.utf8.first == UInt8(ascii: "_"), text.utf8.count > 1, text.utf8.dropFirst().allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
      return nil
    }
    return Int(text.dropFirst())
  }
}
