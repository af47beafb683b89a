/// Decides which argument fills which slot of a call. Checker and evaluator use the same one, so that they cannot differ.
struct Resolver {
  let callee: Callee
  let isStrict: Bool
  /// The type of a variable; nil when there is none.
  let variable: (String) -> ValueType?
  let variables: () -> [String]
  /// The type of an expression; its own problems are recorded elsewhere.
  let typeOf: (Expression) -> ValueType
  /// The type of an expression without a word about its problems; nil when it has some.
  let quietTypeOf: (Expression) -> ValueType?
  /// What a missing input may take; nil where it has to be written.
  let implicit: ImplicitInput?
  private(set) var diagnostics: [Diagnostic] = []
  private var call: Call

  init(
    _ callee: Callee, isStrict: Bool, variable: @escaping (String) -> ValueType?, variables: @escaping () -> [String],
    typeOf: @escaping (Expression) -> ValueType, quietTypeOf: @escaping (Expression) -> ValueType?, implicit: ImplicitInput?
  ) {
    self.callee = callee
    self.isStrict = isStrict
    self.variable = variable
    self.variables = variables
    self.typeOf = typeOf
    self.quietTypeOf = quietTypeOf
    self.implicit = implicit
    call = Call(fills: Array(repeating: nil, count: callee.slots.count))
  }

  private mutating func report(_ problem: Problem, _ span: Span, fix: Diagnostic.Fix? = nil) {
    diagnostics.append(Diagnostic(problem, at: span, fix: fix))
  }

  mutating func resolve(_ invocation: Invocation, piped: ValueType?) -> Call {
    var positional: [ArgumentNode] = []
    var filledByName = Set<Int>()
    var index = 0
    while index < invocation.arguments.count {
      let argument = invocation.arguments[index]
      index += 1
      guard let name = argument.name else {
        positional.append(argument)
        continue
      }
      var content = argument.content
      var whole = argument.span
      let slotIndex = callee.slots.firstIndex { $0.name == name.text && $0.role != .binding }
      if argument.isDashed {
        var isLoneFlag = false
        if content == nil {
          let next = index < invocation.arguments.count ? invocation.arguments[index] : nil
          let isTruth = slotIndex.map { callee.slots[$0].isTruth } ?? false
          if let next, next.name == nil, let value = next.content, !isTruth || isTruthWord(value) {
            content = value
            whole = whole.union(next.span)
            index += 1
          } else if isTruth {
            isLoneFlag = true
          }
        }
        if isStrict, slotIndex != nil {
          let value = isLoneFlag ? "true" : content.map { text(of: $0) } ?? "…"
          report(
            .dashedOption(text(of: whole), canonical: "\(name.text)=\(value)"), whole,
            fix: content == nil && !isLoneFlag ? nil : Diagnostic.Fix(whole, "\(name.text)=\(value)"))
        }
        if isLoneFlag, let slotIndex {
          fill(slotIndex, with: .literal(true), at: name.span, filledByName: &filledByName)
          continue
        }
      }
      if slotIndex == nil, let content, let binding = openBinding {
        if isBound(name.text) { report(.givenTwice(name.text), name.span) }
        let value = interpret(content, for: callee.slots[binding]) ?? .invalid
        call.fills[binding] = .binding(Name(text: name.text, span: name.span), value)
        continue
      }
      guard let slotIndex else {
        if let new = callee.renamedOptions[name.text] {
          report(.renamedOption(name.text, of: callee.name, to: new), name.span)
          continue
        }
        let names = callee.slots.map(\.name)
        report(.unknownOption(name.text, of: callee.name, near: nearNames(to: name.text, in: names), all: names), name.span)
        continue
      }
      let slot = callee.slots[slotIndex]
      if let content, let value = interpret(content, for: slot) {
        fill(slotIndex, with: value, at: name.span, filledByName: &filledByName)
      } else {
        if content == nil { report(.missingOptionValue(slot.name, hint: slot.hint), name.span) }
        filledByName.insert(slotIndex)
        call.fills[slotIndex] = call.fills[slotIndex] ?? .invalid
      }
    }
    if let piped { place(piped: piped, invocation) }
    place(positional, hasPipe: piped != nil)
    complete(invocation)
    return call
  }

  /// Source text of a span, for the canonical form in a message.
  var source: SourceText?
  private func text(of span: Span) -> String { source?[span] ?? "" }
  private func text(of content: ArgumentNode.Content) -> String { text(of: content.span) }

  private func isTruthWord(_ content: ArgumentNode.Content) -> Bool {
    if case .word(let word) = content { word.text == "true" || word.text == "false" } else { false }
  }

  /// The first option whose name the caller chooses that has none yet.
  private var openBinding: Int? { callee.slots.indices.first { callee.slots[$0].role == .binding && call.fills[$0] == nil } }

  private func isBound(_ name: String) -> Bool {
    call.fills.contains { if case .binding(let bound, _) = $0 { bound.text == name } else { false } }
  }

  private mutating func fill(_ index: Int, with value: Call.Fill, at span: Span, filledByName: inout Set<Int>) {
    if !filledByName.insert(index).inserted { report(.givenTwice(callee.slots[index].name), span) }
    call.fills[index] = value
  }

  /// The piped value fills the input, or else the first slot of its type.
  private mutating func place(piped: ValueType, _ invocation: Invocation) {
    let span = invocation.name.span
    if piped == .nothing { return }
    if let input = callee.slots.firstIndex(where: { $0.role == .input }) {
      if call.fills[input] != nil {
        report(.givenTwice(callee.slots[input].name), span)
      } else {
        call.fills[input] = .piped
        let slot = callee.slots[input]
        if piped.fit(slot.type) == .no {
          report(.wrongType(expected: slot.typeText, found: piped.description, role: "the input of `\(callee.name)`"), span)
        }
      }
      return
    }
    for wanted in [ValueType.Fit.exact, .converted, .perhaps] {
      for (index, slot) in callee.slots.enumerated()
      where call.fills[index] == nil && slot.role != .ancestor && piped.fit(slot.type) == wanted {
        call.fills[index] = .piped
        return
      }
    }
    report(.takesNoPipe(callee.name), span)
  }

  private mutating func place(_ positional: [ArgumentNode], hasPipe: Bool) {
    var open = callee.slots.indices.filter { callee.slots[$0].role == .argument && call.fills[$0] == nil }
    let input = callee.slots.firstIndex { $0.role == .input && !hasPipe }.flatMap { call.fills[$0] == nil ? $0 : nil }
    for (number, argument) in positional.enumerated() {
      guard let content = argument.content else { continue }
      if number == 0, let input, isMeant(content, for: callee.slots[input], isOnlyWay: positional.count > open.count) {
        call.fills[input] = interpret(content, for: callee.slots[input]) ?? .invalid
        continue
      }
      guard !open.isEmpty else {
        tooMany(Array(positional[number...]))
        return
      }
      let place = open.first { accepts(content, callee.slots[$0]) } ?? open.first { isNearChoice(content, callee.slots[$0]) } ?? open[0]
      open.removeAll { $0 == place }
      call.fills[place] = interpret(content, for: callee.slots[place]) ?? .invalid
    }
  }

  /// Reports arguments that no slot is open for: as values of the options that are still needed where there are as many of them.
  private mutating func tooMany(_ rest: [ArgumentNode]) {
    let span = rest.dropFirst().reduce(rest[0].span) { $0.union($1.span) }
    let needed = callee.slots.indices.filter { callee.slots[$0].role == .option && !callee.slots[$0].isOptional && call.fills[$0] == nil }
    guard needed.count == rest.count else { return report(.tooManyArguments(of: callee.name, usage: callee.usage), rest[0].span) }
    let named = zip(needed, rest).map { "\(callee.slots[$0].name)=\(text(of: $1.span))" }.joined(separator: " ")
    report(.unnamedOptions(of: callee.name, suggestion: "\(callee.name) \(named)"), span, fix: Diagnostic.Fix(span, named))
    for index in needed { call.fills[index] = .invalid }
  }

  /// Whether the first positional argument is the input that no pipe brings.
  private func isMeant(_ content: ArgumentNode.Content, for slot: Callee.Slot, isOnlyWay: Bool) -> Bool {
    if isOnlyWay { return true }
    switch content {
    case .word(let word):
      guard let reference = Reference.expression(word) else { return false }
      if let root = Reference.root(of: word.text), variable(root) == nil { return false }
      return quietTypeOf(reference).map { $0.fit(slot.type) != .no } ?? false
    case .text: return slot.type == .of(String.self)
    case .expression(let expression): return quietTypeOf(expression).map { $0.fit(slot.type) >= .converted } ?? false
    case .block: return slot.takesBlock
    }
  }

  /// Whether a slot would take the argument, for finding the slot that a positional argument is for.
  private func accepts(_ content: ArgumentNode.Content, _ slot: Callee.Slot) -> Bool {
    switch content {
    case .word(let word):
      if let reader = slot.reader, (try? reader.read(Literal(word.text))) != nil { return true }
      guard let reference = Reference.expression(word) else { return false }
      if let root = Reference.root(of: word.text), variable(root) == nil { return false }
      return quietTypeOf(reference).map { $0.fit(slot.type) != .no } ?? false
    case .text(let text):
      if let constant = text.constant, let reader = slot.reader, (try? reader.read(Literal(constant, isQuoted: true))) != nil {
        return true
      }
      return ValueType.of(String.self).fit(slot.type) != .no
    case .expression(let expression): return quietTypeOf(expression).map { $0.fit(slot.type) != .no } ?? false
    case .block: return slot.takesBlock
    }
  }

  private func isNearChoice(_ content: ArgumentNode.Content, _ slot: Callee.Slot) -> Bool {
    guard case .word(let word) = content, !slot.choices.isEmpty else { return false }
    return !nearNames(to: word.text, in: slot.choices.map(\.name)).isEmpty
  }

  private mutating func complete(_ invocation: Invocation) {
    for (index, slot) in callee.slots.enumerated() where call.fills[index] == nil && !slot.isOptional {
      if slot.role == .input, implicit?.type(for: slot) != nil {
        call.fills[index] = .it
        continue
      }
      report(.missingArgument(slot.name, of: callee.name, type: slot.typeText, hint: slot.hint), invocation.name.span)
    }
  }

  // MARK: What an argument means in a slot

  /// What the argument is for the slot; nil, with a diagnostic, when it does not fit.
  mutating func interpret(_ content: ArgumentNode.Content, for slot: Callee.Slot) -> Call.Fill? {
    switch content {
    case .word(let word): return interpret(word, for: slot)
    case .text(let text):
      if let constant = text.constant, let reader = slot.reader {
        switch Result(catching: { () throws(LiteralProblem) in try reader.read(Literal(constant, isQuoted: true)) }) {
        case .success(let value): return value.asValue.map { .literal($0) }
        case .failure(.notALiteral): break
        case .failure(let problem):
          report(self.problem(problem, text: constant, slot: slot), text.span)
          return nil
        }
      }
      return fitting(Expression(kind: .text(text), span: text.span), slot)
    case .expression(let expression): return fitting(expression, slot)
    case .block(let block):
      if slot.takesBlock { return .block(block) }
      report(
        .wrongType(expected: slot.typeText, found: Closure.typeName, role: "`\(slot.name)`"), Span(block.span.start, block.span.start + 1))
      return nil
    }
  }

  private mutating func interpret(_ word: Name, for slot: Callee.Slot) -> Call.Fill? {
    if word.text.isEmpty {
      report(.missingOptionValue(slot.name, hint: slot.hint), word.span)
      return nil
    }
    if let reader = slot.reader {
      switch Result(catching: { () throws(LiteralProblem) in try reader.read(Literal(word.text, isStrict: isStrict)) }) {
      case .success(let read):
        guard let value = read.asValue else { break }
        if !(value is any Choice), !slot.isTruth, variable(word.text) != nil {
          report(.wordOrVariable(word.text, type: slot.type.description), word.span)
          return nil
        }
        if let problem = RangeCheck.problem(value, slot) {
          report(problem, word.span)
          return nil
        }
        return .literal(value)
      case .failure(.notALiteral): break
      case .failure(let problem):
        // A word that is none of the choices may be a value that is one.
        if case .unknownChoice = problem, isVariable(word.text) { break }
        var fix: Diagnostic.Fix?
        if case .missingUnit(let suggestion) = problem { fix = Diagnostic.Fix(word.span, suggestion) }
        report(self.problem(problem, text: word.text, slot: slot), word.span, fix: fix)
        return nil
      }
    }
    if slot.type == .anything, variable(word.text) == nil, let value = Quantities.literal(word.text) { return .literal(value) }
    guard let reference = Reference.expression(word) else {
      report(.unreadable(word.text, of: slot.name, hint: slot.hint ?? "a variable, or an expression in `( )`"), word.span)
      return nil
    }
    if let root = Reference.root(of: word.text), variable(root) == nil, let hint = slot.hint {
      report(.unreadable(word.text, of: slot.name, hint: hint), word.span)
      return nil
    }
    return fitting(reference, slot)
  }

  private mutating func fitting(_ expression: Expression, _ slot: Callee.Slot) -> Call.Fill? {
    let type = typeOf(expression)
    if type.fit(slot.type) == .no {
      report(.wrongType(expected: slot.typeText, found: type.description, role: "`\(slot.name)`"), expression.span)
      return nil
    }
    return .expression(expression)
  }

  /// Whether a word starts with a variable, a result or `it`.
  private func isVariable(_ word: String) -> Bool { Reference.root(of: word).map { variable($0) != nil } ?? true }

  private func problem(_ problem: LiteralProblem, text: String, slot: Callee.Slot) -> Problem {
    switch problem {
    case .notALiteral, .malformed: .unreadable(text, of: slot.name, hint: slot.hint ?? slot.type.description)
    case .unknownChoice(let word, let choices):
      callee.renamedChoices[slot.name]?[word].map { .renamedChoice(word, of: slot.name, to: $0, command: callee.name) }
        ?? .unknownChoice(word, of: slot.name, near: nearNames(to: word, in: choices), all: choices, command: callee.name)
    case .unknownUnit(let unit, let expected): .unknownUnit(unit, expected: expected)
    case .missingUnit(let suggestion): .missingUnit(text, suggestion: suggestion)
    case .notWhole(let text): .notWhole(text, of: slot.name)
    }
  }
}
