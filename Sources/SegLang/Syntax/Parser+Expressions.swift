extension Parser {
  mutating func expression() -> Expression {
    skipBlanks()
    return nested { $0.chain(Self.logical) { $0.negation() } } ?? invalid()
  }

  private func invalid() -> Expression { Expression(kind: .invalid, span: Span(at: scanner.position)) }

  /// Binary operators and how tightly they bind.
  private typealias Level = [(op: Operator, bytes: [UInt8], tightness: Int)]
  private static func level(_ operators: [[Operator]]) -> Level {
    operators.enumerated().flatMap { tightness, ops in ops.map { ($0, Array($0.rawValue.utf8), tightness) } }
  }
  private static let logical = level([[.or], [.xor], [.and]])
  private static let comparisons = level([[.lessOrEqual, .greaterOrEqual, .equal, .notEqual, .less, .greater]])
  private static let arithmetic = level([[.add, .subtract, .minus], [.multiply, .divide, .remainder]])
  private static let powers = level([[.power]])

  /// Operands with operators of a level between them, each operator to the left of the looser ones after it.
  private mutating func chain(_ operators: Level, from tightness: Int = 0, of operand: (inout Parser) -> Expression) -> Expression {
    var left = operand(&self)
    while true {
      skipBlanks()
      guard let (op, span, found) = takeOperator(of: operators, from: tightness) else { return left }
      skipLines()
      let right = chain(operators, from: found + 1, of: operand)
      left = Expression(kind: .binary(op, Name(text: op.rawValue, span: span), left, right), span: left.span.union(right.span))
      if left.height > Self.heightLimit { return tooHigh(left) }
    }
  }

  private mutating func tooHigh(_ expression: Expression) -> Expression {
    fail(.nestedTooDeep(limit: Self.heightLimit), Span(expression.span.start, expression.span.start + 1))
    return Expression(kind: .invalid, span: expression.span)
  }

  private mutating func takeOperator(of candidates: Level, from tightness: Int = 0) -> (Operator, Span, tightness: Int)? {
    let next = scanner.next
    // Most operands end at one of these.
    if next <= 32 || next == UInt8(ascii: ")") || next == UInt8(ascii: "|") || next == UInt8(ascii: ",") { return nil }
    for (op, bytes, own) in candidates where own >= tightness && bytes.first == next {
      let count = bytes.count
      let end = scanner.position + count
      guard end <= scanner.bytes.count, scanner.bytes[scanner.position..<end].elementsEqual(bytes) else { continue }
      if scanner.isLetter(next) {
        guard scanner.identifierEnd(at: scanner.position) == end else { continue }
        return (op, scanner.take(.keyword, count: count), own)
      }
      return (op, scanner.take(.op, count: count), own)
    }
    return nil
  }

  private mutating func negation() -> Expression {
    skipBlanks()
    guard scanner.has("n"), keyword() == .not else { return comparison() }
    let span = take(.not)
    skipBlanks()
    let operand = nested { $0.negation() } ?? invalid()
    return Expression(kind: .unary(.not, operand), span: span.union(operand.span))
  }

  /// Comparisons do not chain.
  private mutating func comparison() -> Expression {
    let left = range()
    skipBlanks()
    guard let (op, span, _) = takeOperator(of: Self.comparisons) else { return left }
    skipLines()
    let right = range()
    let whole = Expression(kind: .binary(op, Name(text: op.rawValue, span: span), left, right), span: left.span.union(right.span))
    return whole.height > Self.heightLimit ? tooHigh(whole) : whole
  }

  private mutating func sum() -> Expression { chain(Self.arithmetic) { $0.prefix() } }

  private mutating func range() -> Expression {
    let first = sum()
    let mark = scanner.mark()
    skipBlanks()
    guard scanner.starts(with: "..") else {
      scanner.back(to: mark)
      return first
    }
    scanner.take(.op, count: 2)
    skipBlanks()
    let last = sum()
    guard scanner.has(":"), !(isInText && scanner.byte(at: scanner.position + 1) == UInt8(ascii: ".")) else {
      return Expression(kind: .range(first, last, step: nil), span: first.span.union(last.span))
    }
    scanner.take(.op, count: 1)
    skipBlanks()
    let step = sum()
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
    guard let (op, span, _) = takeOperator(of: Self.powers) else {
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
      if scanner.has("-"), scanner.byte(at: number - 1) == UInt8(ascii: "%") { checkPercent(start, number) }
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

  /// `40%-x` and `40%-10%-5` may be percentages or remainders; blanks say which.
  private mutating func checkPercent(_ start: Int, _ end: Int) {
    let after = scanner.byte(at: end + 1)
    let second = scanner.numberEnd(at: end + 1)
    let isChain = second > end + 1 && scanner.byte(at: second) == UInt8(ascii: "%") && scanner.quantityEnd(at: end + 1) == second
    guard isChain || scanner.identifierEnd(at: end + 1) > end + 1 || after == UInt8(ascii: "(") else { return }
    fail(.unclearPercent(scanner.text(start, end - 1)), Span(start, end + 1))
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
