extension Parser {
  mutating func expression() -> Expression {
    skipBlanks()
    return nested { $0.binary(level: 0) } ?? invalid()
  }

  private func invalid() -> Expression { Expression(kind: .invalid, span: Span(at: scanner.position)) }

  /// Binary operators, the loosest first. Comparisons and ranges do not chain.
  private static let levels: [[(op: Operator, bytes: [UInt8])]] = [
    [.or], [.xor], [.and], [], [.lessOrEqual, .greaterOrEqual, .equal, .notEqual, .less, .greater], [], [.add, .subtract, .minus],
    [.multiply, .divide, .remainder],
  ].map { (ops: [Operator]) in ops.map { ($0, Array($0.rawValue.utf8)) } }
  private static let powers = [(op: Operator.power, bytes: Array(Operator.power.rawValue.utf8))]
  private static let notLevel = 3
  private static let comparisonLevel = 4
  private static let rangeLevel = 5

  private mutating func binary(level: Int) -> Expression {
    if level == Self.notLevel { return negation() }
    if level == Self.rangeLevel { return range() }
    guard level < Self.levels.count else { return prefix() }
    var left = binary(level: level + 1)
    while true {
      skipBlanks()
      guard let (op, span) = takeOperator(of: Self.levels[level]) else { return left }
      skipLines()
      let right = binary(level: level + 1)
      let name = Name(text: op.rawValue, span: span)
      left = Expression(kind: .binary(op, name, left, right), span: left.span.union(right.span))
      if left.height > Self.heightLimit { return tooHigh(left) }
      if level == Self.comparisonLevel { return left }
    }
  }

  private mutating func tooHigh(_ expression: Expression) -> Expression {
    fail(.nestedTooDeep(limit: Self.heightLimit), Span(expression.span.start, expression.span.start + 1))
    return Expression(kind: .invalid, span: expression.span)
  }

  private mutating func takeOperator(of candidates: [(op: Operator, bytes: [UInt8])]) -> (Operator, Span)? {
    let next = scanner.next
    for (op, bytes) in candidates where bytes.first == next {
      let count = bytes.count
      let end = scanner.position + count
      guard end <= scanner.bytes.count, scanner.bytes[scanner.position..<end].elementsEqual(bytes) else { continue }
      if scanner.isLetter(next) {
        guard scanner.identifierEnd(at: scanner.position) == end else { continue }
        return (op, scanner.take(.keyword, count: count))
      }
      return (op, scanner.take(.op, count: count))
    }
    return nil
  }

  private mutating func negation() -> Expression {
    skipBlanks()
    guard keyword() == .not else { return binary(level: Self.comparisonLevel) }
    let span = take(.not)
    skipBlanks()
    let operand = nested { $0.negation() } ?? invalid()
    return Expression(kind: .unary(.not, operand), span: span.union(operand.span))
  }

  private mutating func range() -> Expression {
    let first = binary(level: Self.rangeLevel + 1)
    let mark = scanner.mark()
    skipBlanks()
    guard scanner.starts(with: "..") else {
      scanner.back(to: mark)
      return first
    }
    scanner.take(.op, count: 2)
    skipBlanks()
    let last = binary(level: Self.rangeLevel + 1)
    guard scanner.has(":"), !(isInText && scanner.byte(at: scanner.position + 1) == UInt8(ascii: ".")) else {
      return Expression(kind: .range(first, last, step: nil), span: first.span.union(last.span))
    }
    scanner.take(.op, count: 1)
    skipBlanks()
    let step = binary(level: Self.rangeLevel + 1)
    return Expression(kind: .range(first, last, step: step), span: first.span.union(step.span))
  }

  private mutating func prefix() -> Expression {
    skipBlanks()
    guard scanner.has("-") else { return power() }
    let span = scanner.take(.op, count: 1)
    skipBlanks()
    let operand = nested { $0.prefix() } ?? invalid()
    return Expression(kind: .unary(.subtract, operand), span: span.union(operand.span))
  }

  private mutating func power() -> Expression {
    let base = postfix()
    let mark = scanner.mark()
    skipBlanks()
    guard let (op, span) = takeOperator(of: Self.powers) else {
      scanner.back(to: mark)
      return base
    }
    skipBlanks()
    let exponent = nested { $0.prefix() } ?? invalid()
    return Expression(kind: .binary(op, Name(text: "^", span: span), base, exponent), span: base.span.union(exponent.span))
  }

  private mutating func postfix() -> Expression {
    var base = primary()
    if case .invalid = base.kind { return base }
    while base.height <= Self.heightLimit {
      if scanner.has("."), !scanner.starts(with: "..") {
        scanner.take(.symbol, count: 1)
        let end = scanner.identifierEnd(at: scanner.position)
        guard end > scanner.position else {
          failExpecting("a property")
          return Expression(kind: .invalid, span: Span(base.span.start, scanner.position))
        }
        let text = scanner.text(scanner.position, end)
        let name = Name(text: text, span: scanner.take(.identifier, upTo: end))
        base = Expression(kind: .property(base, name), span: base.span.union(name.span))
      } else if scanner.has("[") {
        let open = scanner.take(.symbol, count: 1)
        let indices = items(until: "]", openedAt: open) { $0.expression() }
        base = Expression(kind: .index(base, indices), span: Span(base.span.start, scanner.position))
      } else {
        return base
      }
    }
    return tooHigh(base)
  }

  private mutating func primary() -> Expression {
    let start = scanner.position
    if scanner.has("(") || scanner.has("[") || scanner.has("{") { return nested { $0.bracketed() } ?? invalid() }
    if scanner.has("\"") || scanner.has("'") {
      let text = textLiteral()
      return Expression(kind: .text(text), span: text.span)
    }
    let number = scanner.quantityEnd(at: start)
    if number > start {
      let span = scanner.take(.number, upTo: number)
      return Expression(kind: .quantity(scanner.source[span]), span: span)
    }
    let end = scanner.identifierEnd(at: start)
    guard end > start else {
      failExpecting("a value")
      return invalid()
    }
    let text = scanner.text(start, end)
    if let percentile = percentileEnd(text, end) {
      let span = scanner.take(.number, upTo: percentile)
      return Expression(kind: .quantity(scanner.source[span]), span: span)
    }
    if let keyword = Keyword(rawValue: text) {
      switch keyword {
      case .true, .false: return Expression(kind: .truth(keyword == .true), span: take(keyword))
      case .it: return Expression(kind: .it, span: take(.it))
      default:
        failExpecting("a value")
        return invalid()
      }
    }
    if let number = ResultName.number(of: text) { return Expression(kind: .result(number), span: scanner.take(.identifier, upTo: end)) }
    let whole = scanner.commandWordEnd(at: start, limit: 64)
    let qualified = scanner.qualifiedWordEnd(at: start)
    for nameEnd in [qualified, whole, end] where isCommand(scanner.text(start, nameEnd)) {
      let name = scanner.text(start, nameEnd)
      let span = Span(start, nameEnd)
      fail(.bareCommandInExpression(name), span)
      scanner.take(.commandName, upTo: nameEnd)
      return Expression(kind: .invalid, span: span)
    }
    return Expression(kind: .name(text), span: scanner.take(.identifier, upTo: end))
  }

  /// End of a percentile with decimals, `p99.9`, which cannot be a property. (`p99` alone may be a variable; the checker decides.)
  private func percentileEnd(_ text: String, _ end: Int) -> Int? {
    guard text.utf8.first == UInt8(ascii: "p"), text.utf8.count > 1, text.utf8.dropFirst().allSatisfy({ $0 >= 48 && $0 <= 57 }),
      scanner.byte(at: end) == UInt8(ascii: "."), scanner.isDigit(scanner.byte(at: end + 1))
    else { return nil }
    var last = end + 1
    while scanner.isDigit(scanner.byte(at: last)) { last += 1 }
    return last
  }

  /// `(pipeline)`, `[a, b]` or `{name: value}`, with the bracket at the present place.
  mutating func bracketed() -> Expression {
    let open = scanner.take(.symbol, count: 1)
    switch scanner.source[open] {
    case "(":
      let outer = (bracesAreBlocks, stopsAtColonOrComma)
      (bracesAreBlocks, stopsAtColonOrComma) = (false, false)
      openBrackets += 1
      let pipeline = pipeline()
      skipBlanks()
      close(")", openedAt: open)
      openBrackets -= 1
      (bracesAreBlocks, stopsAtColonOrComma) = outer
      return Expression(kind: .group(pipeline), span: Span(open.start, scanner.position))
    case "[":
      let values = items(until: "]", openedAt: open) { $0.expression() }
      return Expression(kind: .list(values), span: Span(open.start, scanner.position))
    default:
      let fields = items(until: "}", openedAt: open) { $0.field() }
      return Expression(kind: .record(fields), span: Span(open.start, scanner.position))
    }
  }

  private mutating func field() -> (name: Name, value: Expression) {
    let end = scanner.identifierEnd(at: scanner.position)
    guard end > scanner.position else {
      failExpecting("a field's name")
      return (Name(text: "", span: Span(at: scanner.position)), invalid())
    }
    let text = scanner.text(scanner.position, end)
    let name = Name(text: text, span: scanner.take(.identifier, upTo: end))
    skipBlanks()
    guard scanner.has(":") else {
      failExpecting("`:`")
      return (name, invalid())
    }
    scanner.take(.symbol, count: 1)
    return (name, expression())
  }

  /// Items with commas between them; line breaks mean nothing, and a comma may follow the last.
  private mutating func items<T>(until closing: Unicode.Scalar, openedAt open: Span, _ item: (inout Parser) -> T) -> [T] {
    let outer = (bracesAreBlocks, stopsAtColonOrComma)
    (bracesAreBlocks, stopsAtColonOrComma) = (false, false)
    openBrackets += 1
    defer {
      openBrackets -= 1
      (bracesAreBlocks, stopsAtColonOrComma) = outer
    }
    var result: [T] = []
    skipBlanks()
    while !scanner.isAtEnd, !scanner.has(closing) {
      let before = scanner.position
      result.append(item(&self))
      skipBlanks()
      guard scanner.has(","), scanner.position > before else { break }
      scanner.take(.symbol, count: 1)
      skipBlanks()
    }
    close(closing, openedAt: open)
    return result
  }
}
