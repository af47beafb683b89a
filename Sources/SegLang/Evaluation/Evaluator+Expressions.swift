import Basics

extension Evaluator {
  /// The value of an expression and the step that made it.
  func item(of expression: Expression) throws -> Item {
    var parents: [Step] = []
    return try evaluate(expression, &parents).item(from: parents)
  }

  /// - Parameter parents: Steps that the whole expression uses so far.
  private func evaluate(_ expression: Expression, _ parents: inout [Step]) throws -> Term {
    try spend(expression.span)
    switch expression.kind {
    case .invalid: throw problem(.unexpected(frame.source[expression.span]), expression.span)
    case .quantity(let text):
      guard case .success(let value) = Quantities.value(of: text) else {
        throw problem(.unreadable(text, of: "number", hint: "a number with at most 15 digits, up to 1.8e308"), expression.span)
      }
      return Term(value, .quantity(text))
    case .text(let text): return try evaluate(text, &parents)
    case .truth(let truth): return Term(truth, .word(truth ? "true" : "false"))
    case .name(let name):
      if let item = item(ofVariable: name) { return Term(item, &parents) }
      if Quantities.isPercentile(name), case .success(let value) = Quantities.value(of: name) { return Term(value, .word(name)) }
      throw problem(.unknownVariable(name, near: []), expression.span)
    case .result(let number):
      guard let item = result(number) else { throw problem(.unknownResult(number), expression.span) }
      return Term(item, &parents)
    case .it:
      if let item = item(ofVariable: Keyword.it.rawValue) { return Term(item, &parents) }
      guard let item = itItem else { throw problem(.nothingIsIt, expression.span) }
      return Term(item, &parents)
    case .list(let items):
      let terms = try items.map { try evaluate($0, &parents) }
      return Term(try bounded(List(terms.map(\.value)), expression.span), .list(terms.map(\.expression)))
    case .record(let fields):
      let terms = try fields.map { try evaluate($0.value, &parents) }
      let record = try bounded(Record(zip(fields, terms).map { ($0.name.text, $1.value) }), expression.span)
      return Term(record, .record(zip(fields, terms).map { ($0.name.text, $1.expression) }))
    case .range(let first, let last, let step):
      let (first, last) = (try evaluate(first, &parents), try evaluate(last, &parents))
      let step = try step.map { try evaluate($0, &parents) }
      return Term(Steps(first.value, last.value, step: step?.value), .range(first.operand, last.operand, step: step?.operand))
    case .unary(let op, let operand):
      let term = try evaluate(operand, &parents)
      let value = try apply(op, nil, term.value, expression.span)
      return Term(value, .unary(op, term.operand))
    case .binary(let op, let name, let left, let right): return try binary(op, name, left, right, &parents)
    case .property(let base, let name): return try property(base, name, &parents)
    case .index(let base, let indices): return try index(base, indices, expression.span, &parents)
    case .group(let pipeline):
      // Only a single expression keeps its parts; a pipeline is a step of its own.
      if let inner = pipeline.soleExpression {
        let term = try evaluate(inner, &parents)
        return term.expression.isAtom ? term : Term(term.value, .group(term.expression))
      }
      guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
      return Term(item, &parents)
    }
  }

  /// A value that is not too large.
  func bounded<T: Value>(_ value: T, _ span: Span) throws -> T {
    try located(span) { try Extent.check(value) }
    try spend(on: value, span)
    return value
  }

  private func bounded(_ value: any Value, _ span: Span) throws -> any Value {
    try located(span) { try Extent.check(value) }
    try spend(on: value, span)
    return value
  }

  private func binary(_ op: Operator, _ name: Name, _ left: Expression, _ right: Expression, _ parents: inout [Step]) throws -> Term {
    let first = try evaluate(left, &parents)
    // Truth values are decided as soon as they can be.
    if let truth = first.value as? Bool, (op == .and && !truth) || (op == .or && truth) { return first }
    let second = try evaluate(right, &parents)
    let value = try apply(op, first.value, second.value, name.span)
    return Term(try bounded(value, name.span), .binary(op, first.operand, second.operand))
  }

  private func apply(_ op: Operator, _ left: (any Value)?, _ right: any Value, _ span: Span) throws -> any Value {
    let context = Context(host: host, registry: registry, input: left ?? right)
    let value = try located(span, command: op.rawValue) {
      let operands = [left, right].compactMap { $0 }
      // Comparisons and set operations make masks, which take next to nothing.
      if [.add, .subtract, .multiply, .divide, .power].contains(op), operands.contains(where: { type(of: $0).isImageLike }) {
        try host.services[PreflightService.self].ask(nil, operands, context)
      }
      return try Operations.apply(op, left, right, context)
    }
    guard let value else {
      throw problem(.noOperator(op.rawValue, left: left.map { type(of: $0).typeName }, right: type(of: right).typeName), span)
    }
    return value
  }

  private func property(_ base: Expression, _ name: Name, _ parents: inout [Step]) throws -> Term {
    if let item = try constant(base, name) { return Term(item, &parents) }
    guard case .property(let whole, let first) = base.kind, try constant(whole, first) == nil else {
      return try property(name, of: try evaluate(base, &parents))
    }
    let term = try evaluate(whole, &parents)
    // A table may have the columns `auc` and `auc.low`: the second is a field, not a property of the number `auc`.
    if let record = term.value as? Record, record[first.text] != nil, let value = record["\(first.text).\(name.text)"] {
      return Term(value, .property(.property(term.operand, first.text), name.text))
    }
    return try property(name, of: try property(first, of: term))
  }

  private func property(_ name: Name, of term: Term) throws -> Term {
    if let record = term.value as? Record {
      guard let value = record.property(name.text) else {
        let names = record.fields.map(\.name)
        throw problem(.unknownProperty(name.text, of: "this Record", near: nearNames(to: name.text, in: names), all: names), name.span)
      }
      return Term(value, .property(term.operand, name.text))
    }
    let type = Swift.type(of: term.value)
    guard let property = TypeTables.of(type).property(name.text) else {
      if let part = term.value.part(named: name.text) { return Term(part, .property(term.operand, name.text)) }
      let names = type.properties.map(\.name) + term.value.partNames
      throw problem(.unknownProperty(name.text, of: type.typeName, near: nearNames(to: name.text, in: names), all: names), name.span)
    }
    guard let value = try located(name.span, command: name.text, { try property(term.value) }) else {
      throw problem(.emptyProperty(name.text, of: type.typeName, help: property.help), name.span)
    }
    return Term(value, .property(term.operand, name.text))
  }

  private func index(_ base: Expression, _ indices: [Expression], _ span: Span, _ parents: inout [Step]) throws -> Term {
    let term = try evaluate(base, &parents)
    let terms = try indices.map { try evaluate($0, &parents) }
    let recorded = RecordedExpression.index(term.operand, terms.map(\.expression))
    if terms.contains(where: { $0.value is Steps }) {
      let ranges = try zip(terms, indices).map { term, expression in
        try located(expression.span, command: "index") { try Self.bounds(term.value) }
      }
      if let list = term.value as? List, ranges.count == 1 {
        return Term(try located(span, command: "[ ]") { List(Array(list.items[try ranges[0].checked(count: list.items.count)])) }, recorded)
      }
      guard let indexing = Swift.type(of: term.value).indexing, indexing.count == ranges.count, indexing.sliceResult != nil,
        let part = try located(span, command: "[ ]", { try indexing.apply(term.value, ranges) })
      else { throw problem(.notIndexable(Swift.type(of: term.value).typeName), base.span) }
      return Term(part, recorded)
    }
    let numbers = try zip(terms, indices).map { term, expression in
      try located(expression.span, command: "index") { try Int.bind(term.value) }
    }
    if let list = term.value as? List, numbers.count == 1 {
      guard list.items.indices.contains(numbers[0]) else { throw problem(.indexOutOfRange(numbers[0], count: list.items.count), span) }
      return Term(list.items[numbers[0]], recorded)
    }
    guard let indexing = Swift.type(of: term.value).indexing, indexing.count == numbers.count,
      let value = try located(span, command: "[ ]", { try indexing.apply(term.value, numbers) })
    else { throw problem(.notIndexable(Swift.type(of: term.value).typeName), base.span) }
    if let image = value as? any ReadFromFile, let whole = term.value as? any Sequential, let index = numbers.first {
      let name = try? whole.elements().name(of: index)
      for text in image.readingNotes { host.note(name.map { "\($0): \(text)" } ?? text) }
    }
    return Term(value, recorded)
  }

  /// The whole numbers of a range in steps of 1, or of one number.
  private static func bounds(_ value: any Value) throws -> ClosedRange<Int> {
    guard let steps = value as? Steps else {
      let index = try Int.bind(value)
      return index...index
    }
    let (first, last) = (try Int.bind(steps.first), try Int.bind(steps.last))
    guard first <= last, try steps.step.map({ try Int.bind($0) == 1 }) ?? true else { throw ArithmeticProblem.notAPart }
    return first...last
  }

  private func evaluate(_ text: TextLiteral, _ parents: inout [Step]) throws -> Term {
    var result = ""
    var segments: [RecordedExpression.Segment] = []
    for segment in text.segments {
      switch segment {
      case .characters(let characters):
        result += characters
        segments.append(.characters(characters))
      case .value(let pipeline, let decimals):
        guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
        var shown = (item.value as? String) ?? item.value.oneLine
        if let decimals, let number = try? Double.bind(item.value) { shown = NumberFormat.binaryFixed(number, decimals) }
        result += shown
        segments.append(item.step.map { .parent(parents.index(adding: $0), decimals: decimals) } ?? .characters(shown))
      }
    }
    return Term(try bounded(result, text.span), .text(segments))
  }
}
