extension Checker {
  /// The type of the statement's value; nil when it has none.
  @discardableResult
  func check(_ statement: Statement, isFirst: Bool = false, isTopLevel: Bool = false) -> ValueType? {
    if isModule, isTopLevel { checkIsForModule(statement) }
    switch statement.kind {
    case .invalid: return nil
    case .use(_, let alias):
      if !isTopLevel { report(.misplacedDeclaration("`use` is not allowed inside a block"), alias.span) }
      return nil
    case .version:
      if !isFirst { report(.misplacedDeclaration("`seglang` must be on the first line"), statement.span) }
      return nil
    case .assignment(let name, let isReassignment, let pipeline):
      let type = type(of: pipeline)
      if type == .nothing { report(.givesNothing(callName(pipeline)), pipeline.span) }
      assign(name, type, isReassignment: isReassignment)
      noteIt(type)
      return type
    case .pipeline(let pipeline):
      let type = type(of: pipeline)
      if isStrict, type != .nothing, type != .anything { report(.unusedValue, pipeline.span) }
      noteIt(type)
      return type
    case .conditional(let branches, let otherwise):
      for (condition, body) in branches {
        checkCondition(condition)
        check(body)
      }
      if let otherwise { check(otherwise) }
      return nil
    case .loop(let name, let sequence, let body):
      let element = elementType(of: sequence)
      scopes.append([:])
      bind(name, element)
      checkRounds(body)
      scopes.removeLast()
      return nil
    case .whileLoop(let condition, let body):
      checkCondition(condition)
      checkRounds(body)
      return nil
    case .leave(let endsLoop):
      if !isInLoop { report(.leaveOutsideLoop(endsLoop ? "break" : "continue"), statement.span) }
      return nil
    case .function(let declaration):
      if !isTopLevel { report(.misplacedDeclaration("`fn` is not allowed inside a block"), declaration.name.span) }
      return nil
    case .return(let pipeline):
      let type = pipeline.map { self.type(of: $0) } ?? .nothing
      if returns == nil || isInBlock { report(.returnOutsideFunction, statement.span) } else { returns?.append(type) }
      return nil
    case .parameter(let parameter):
      if !isTopLevel { report(.misplacedDeclaration("`param` is not allowed inside a block"), parameter.name.span) }
      declare(parameter)
      return nil
    case .print(let pipeline, _):
      if type(of: pipeline) == .nothing { report(.givesNothing(callName(pipeline)), pipeline.span) }
      return nil
    case .assertion(let pipeline, _):
      checkCondition(pipeline)
      return nil
    case .attempt(let body, let name, let handler):
      check(body)
      scopes.append([:])
      bind(name, Failure.type)
      check(handler)
      scopes.removeLast()
      return nil
    }
  }

  /// A module's top holds what can be used from outside; its tests are run when it is tested itself.
  private func checkIsForModule(_ statement: Statement) {
    switch statement.kind {
    case .assignment(_, isReassignment: false, _), .function, .use, .version, .assertion(_, isExpectation: true), .invalid: break
    default: report(.misplacedDeclaration("a module can contain only functions and constants (`name = …`)"), statement.span)
    }
  }

  private func noteIt(_ type: ValueType) {
    if let named = type.named, named.becomesIt { implicit = ImplicitInput(type) }
  }

  func check(_ block: Block) {
    scopes.append([:])
    for statement in block.statements { check(statement) }
    scopes.removeLast()
  }

  private func checkRounds(_ body: Block) {
    let outer = isInLoop
    isInLoop = true
    check(body)
    isInLoop = outer
  }

  func checkCondition(_ pipeline: Pipeline) {
    let type = type(of: pipeline)
    if type.fit(.of(Bool.self)) == .no { report(.notATruth(found: type.description), pipeline.span) }
  }

  private func elementType(of sequence: Pipeline) -> ValueType {
    let type = type(of: sequence)
    if let expression = sequence.soleExpression, case .range(let first, _, _) = expression.kind { return quietly { self.type(of: first) } }
    if let element = type.elementType { return element }
    report(.notIterable(type.description), sequence.span)
    return .anything
  }

  /// Runs a typing without recording what it finds wrong.
  func quietly<T>(_ body: () -> T) -> T {
    let before = diagnostics.count
    defer { diagnostics.removeLast(max(0, diagnostics.count - before)) }
    return body()
  }

  private func declare(_ parameter: ParameterStatement) {
    var type = ValueType.anything
    if let name = parameter.type { type = self.type(named: name) }
    var standardText: String?
    if let standard = parameter.standard {
      standardText = source[standard.span]
      if let named = type.named {
        let slot = Callee.Slot(name: parameter.name.text, role: .option, type: type, reader: named, isOptional: false, range: nil)
        interpret(standard, for: slot, calleeName: parameter.name.text)
        if let range = parameter.range { checkRange(range, standard, named, parameter.name) }
      } else {
        type = self.type(of: content(standard))
      }
    } else if parameter.type == nil {
      type = .of(String.self)
    }
    assign(parameter.name, type, isReassignment: false)
    parameters.append(
      ScriptParameter(
        name: parameter.name.text, type: type, standard: standardText, low: parameter.range?.low.text, high: parameter.range?.high.text,
        help: parameter.help?.constant ?? ""))
  }

  private func checkRange(_ range: (low: Name, high: Name), _ standard: ArgumentNode.Content, _ type: any Value.Type, _ name: Name) {
    func read(_ word: Name) -> (any Value)? {
      if let value = try? type.read(Literal(word.text, isStrict: isStrict)) { return value }
      report(.unreadable(word.text, of: name.text, hint: type.literalHint ?? type.typeName), word.span)
      return nil
    }
    guard let low = read(range.low), let high = read(range.high), case .word(let word) = standard,
      let value = try? type.read(Literal(word.text)) as (any Value)?
    else { return }
    if RangeCheck.order(value, low) == -1 || RangeCheck.order(value, high) == 1 {
      report(.outOfRange(value.oneLine, of: name.text, low: range.low.text, high: range.high.text), word.span)
    }
  }

  func type(named name: Name) -> ValueType {
    if let type = registry.types[name.text] { return type.valueType }
    report(.unknownType(name.text, near: nearNames(to: name.text, in: registry.types.keys.sorted())), name.span)
    return .anything
  }

  /// A parameter's default without a declared type, as an expression.
  func content(_ content: ArgumentNode.Content) -> Expression {
    switch content {
    case .expression(let expression): expression
    case .text(let text): Expression(kind: .text(text), span: text.span)
    case .block(let block): Expression(kind: .invalid, span: block.span)
    case .word(let word):
      if Literal(word.text).number != nil {
        Expression(kind: .quantity(word.text), span: word.span)
      } else if word.text == "true" || word.text == "false" {
        Expression(kind: .truth(word.text == "true"), span: word.span)
      } else {
        Expression(
          kind: .text(TextLiteral(segments: [.characters(word.text)], span: word.span, isRaw: true)), span: word.span)
      }
    }
  }
}
