/// How strictly a text is read.
public enum Mode: Sendable {
  /// Shortcuts are welcome, `=` may give a variable another value, and `it` is the last picture.
  case prompt
  /// Every argument in canonical form; a second assignment is `:=`.
  case script
}

/// A parameter that a script declares.
public struct ScriptParameter: Sendable {
  public let name: String
  public let type: ValueType
  /// As it is written in the script; nil when it has to be given.
  public let standard: String?
  public let low: String?
  public let high: String?
  public let help: String
  /// The words that fit, when they can be listed.
  public var choices: [ChoiceName] { type.named?.choices ?? [] }
}

/// What a check found.
public struct CheckReport: Sendable {
  public let diagnostics: [Diagnostic]
  /// What the script's `param` lines declare.
  public let parameters: [ScriptParameter]
  /// Type of the last statement's value; nil when it has none.
  public let resultType: ValueType?
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Checks names, arity, types, units, choices and ranges of a syntax tree without running anything.
final class Checker {
  let registry: Registry
  let mode: Mode
  var source: SourceText
  var functions: [String: Function]
  var diagnostics: [Diagnostic] = []
  var parameters: [ScriptParameter] = []
  /// Types of variables, the innermost block last.
  var scopes: [[String: ValueType]] = [[:]]
  /// Variables from before this text, such as those of a session.
  let outerVariable: (String) -> ValueType?
  let outerVariables: () -> [String]
  let result: (Int) -> ValueType?
  /// Type of `it`; nil when it is nothing.
  var it: ValueType?
  /// Types of the `return` statements of the function being checked; nil outside.
  private var returns: [ValueType]?
  private var inProgress = Set<String>()
  private var currentFunction: String?
  private var typedArguments: [ArgumentKey: (type: ValueType, diagnostics: [Diagnostic])] = [:]

  private struct ArgumentKey: Hashable {
    let function: String?
    let span: Span
  }

  /// A function of the script or the session.
  struct Function {
    let declaration: FunctionDeclaration
    let source: SourceText
    let callee: Callee
    /// Nil until its body is checked.
    var returnType: ValueType?
  }

  init(
    registry: Registry, source: SourceText, mode: Mode, functions: [String: Function] = [:],
    variable: @escaping (String) -> ValueType? = { _ in nil },
    variables: @escaping () -> [String] = { [] }, result: @escaping (Int) -> ValueType? = { _ in nil }, it: ValueType? = nil
  ) {
    self.registry = registry
    self.source = source
    self.mode = mode
    self.functions = functions
    outerVariable = variable
    outerVariables = variables
    self.result = result
    self.it = it
  }

  /// More errors than this are not told.
  static let diagnosticLimit = 200

  var isStrict: Bool { mode == .script }

  func report(_ problem: Problem, _ span: Span, related: Diagnostic.Related? = nil, fix: Diagnostic.Fix? = nil) {
    diagnostics.append(Diagnostic(problem, at: span, related: related, fix: fix, in: source))
  }

  func check(_ tree: SyntaxTree) -> CheckReport {
    collectFunctions(tree.statements)
    var last: ValueType?
    for (index, statement) in tree.statements.enumerated() {
      last = check(statement, isFirst: index == 0, isTopLevel: true)
    }
    for name in functions.keys.sorted() where functions[name]?.returnType == nil { _ = returnType(of: name) }
    let starts = Self.starts(of: tree.statements).sorted()
    /// The start of the innermost statement round a diagnostic, by bisection.
    func statement(of diagnostic: Diagnostic) -> Int {
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= diagnostic.span.start { low = middle + 1 } else { high = middle }
      }
      return low
    }
    // A statement that cannot be read tells nothing more, and one with an error no warnings.
    let unread = Set(tree.diagnostics.map { statement(of: $0) })
    diagnostics.removeAll { unread.contains(statement(of: $0)) }
    let wrong = Set(diagnostics.filter { $0.severity == .error }.map { statement(of: $0) })
    diagnostics.removeAll { $0.severity == .warning && wrong.contains(statement(of: $0)) }
    // A place may be reached twice, through a variable's type and through its slot; it is told once.
    var seen = Set<DiagnosticKey>()
    let all = (tree.diagnostics + diagnostics).filter { seen.insert(DiagnosticKey(problem: $0.problem, span: $0.span)).inserted }
    return CheckReport(
      diagnostics: Array(all.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }.prefix(Self.diagnosticLimit)),
      parameters: parameters, resultType: last)
  }

  /// Where statements start, those inside blocks included.
  private static func starts(of statements: [Statement]) -> [Int] {
    statements.flatMap { statement in [statement.span.start] + statement.blocks.flatMap { starts(of: $0.statements) } }
  }

  private struct DiagnosticKey: Hashable {
    let problem: Problem
    let span: Span
  }

  // MARK: Variables

  /// Near names, while it still matters: a text with hundreds of errors gets no help from them.
  func near(_ name: String, _ candidates: @autoclosure () -> [String]) -> [String] {
    diagnostics.count < Self.diagnosticLimit ? nearNames(to: name, in: candidates()) : []
  }

  func type(ofVariable name: String) -> ValueType? {
    for scope in scopes.reversed() {
      if let type = scope[name] { return type }
    }
    return returns == nil ? outerVariable(name) : nil
  }

  func variableNames() -> [String] {
    Array(Set(scopes.flatMap(\.keys) + (returns == nil ? outerVariables() : [])))
  }

  private func assign(_ name: Name, _ type: ValueType, isReassignment: Bool) {
    guard !name.text.isEmpty else { return }
    if registry[name.text] != nil || functions[name.text] != nil {
      report(.namedLikeCommand(name.text), name.span)
      return
    }
    let known = self.type(ofVariable: name.text)
    if isReassignment, known == nil {
      report(.neverAssigned(name.text, near: near(name.text, variableNames())), name.span)
    } else if !isReassignment, known != nil, isStrict {
      report(.alreadyAssigned(name.text), name.span)
    }
    guard let index = scopes.lastIndex(where: { $0[name.text] != nil }) else {
      let home = known != nil ? 0 : scopes.count - 1
      scopes[home][name.text] = type
      return
    }
    // In a branch or a loop the old value may still be there afterwards.
    scopes[index][name.text] = index == scopes.count - 1 ? type : ValueType.join(scopes[index][name.text] ?? type, type)
  }

  /// A name that a `for` or a `catch` brings with it.
  private func bind(_ name: Name, _ type: ValueType) {
    guard !name.text.isEmpty else { return }
    if registry[name.text] != nil || functions[name.text] != nil { report(.namedLikeCommand(name.text), name.span) }
    scopes[scopes.count - 1][name.text] = type
  }

  // MARK: Statements

  /// The type of the statement's value; nil when it has none.
  @discardableResult
  private func check(_ statement: Statement, isFirst: Bool = false, isTopLevel: Bool = false) -> ValueType? {
    switch statement.kind {
    case .invalid: return nil
    case .version:
      if !isFirst { report(.misplacedDeclaration("`seglang` stands on the first line"), statement.span) }
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
      check(body)
      scopes.removeLast()
      return nil
    case .whileLoop(let condition, let body):
      checkCondition(condition)
      check(body)
      return nil
    case .function(let declaration):
      if !isTopLevel { report(.misplacedDeclaration("`fn` stands outside blocks"), declaration.name.span) }
      return nil
    case .return(let pipeline):
      let type = pipeline.map { self.type(of: $0) } ?? .nothing
      if returns == nil { report(.returnOutsideFunction, statement.span) } else { returns?.append(type) }
      return nil
    case .parameter(let parameter):
      if !isTopLevel { report(.misplacedDeclaration("`param` stands outside blocks"), parameter.name.span) }
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

  private func noteIt(_ type: ValueType) {
    if let named = type.named, named.isPictureLike { it = type }
  }

  private func check(_ block: Block) {
    scopes.append([:])
    for statement in block.statements { check(statement) }
    scopes.removeLast()
  }

  private func checkCondition(_ pipeline: Pipeline) {
    let type = type(of: pipeline)
    if type.fit(.of(Bool.self)) == .no { report(.notATruth(found: type.description), pipeline.span) }
  }

  private func elementType(of sequence: Pipeline) -> ValueType {
    let type = type(of: sequence)
    if let expression = sequence.soleExpression, case .range(let first, _, _) = expression.kind { return quietly { self.type(of: first) } }
    switch type {
    case .list(let element): return element
    case .anything: return .anything
    case .union(let members) where members.contains { $0.fit(.of(List.self)) != .no || $0 == .of(Steps.self) }: return .anything
    default:
      if type == .of(List.self) || type == .of(Steps.self) { return .anything }
      report(.notIterable(type.description), sequence.span)
      return .anything
    }
  }

  /// Runs a typing without recording what it finds wrong.
  private func quietly<T>(_ body: () -> T) -> T {
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

  // MARK: Functions

  private func collectFunctions(_ statements: [Statement]) {
    var here = Set<String>()
    for statement in statements {
      guard case .function(let declaration) = statement.kind else { continue }
      let name = declaration.name
      if registry[name.text] != nil || type(ofVariable: name.text) != nil { report(.namedLikeCommand(name.text), name.span) }
      if !here.insert(name.text).inserted { report(.alreadyDeclared(name.text), name.span) }
      functions[name.text] = Function(declaration: declaration, source: source, callee: callee(of: declaration), returnType: nil)
    }
  }

  private func callee(of declaration: FunctionDeclaration) -> Callee {
    var names = Set<String>()
    return Callee(
      name: declaration.name.text,
      slots: declaration.parameters.map { parameter in
        if !names.insert(parameter.name.text).inserted { report(.alreadyDeclared(parameter.name.text), parameter.name.span) }
        let type =
          parameter.type.map { self.type(named: $0) } ?? parameter.standard.map { standard in self.type(of: content(standard)) }
          ?? .anything
        let slot = Callee.Slot(
          name: parameter.name.text, role: .argument, type: type, reader: type.named, isOptional: parameter.standard != nil, range: nil)
        if let standard = parameter.standard, parameter.type != nil { interpret(standard, for: slot, calleeName: declaration.name.text) }
        return slot
      })
  }

  private func interpret(_ content: ArgumentNode.Content, for slot: Callee.Slot, calleeName: String) {
    var resolver = resolver(Callee(name: calleeName, slots: [slot]))
    _ = resolver.interpret(content, for: slot)
    take(resolver.diagnostics)
  }

  private func returnType(of name: String) -> ValueType {
    guard let function = functions[name] else { return .anything }
    if let known = function.returnType { return known }
    guard inProgress.count < 64, inProgress.insert(name).inserted else { return .anything }
    let outer = (scopes, returns, it, source, currentFunction)
    scopes = [Dictionary(function.callee.slots.map { ($0.name, $0.type) }) { first, _ in first }]
    returns = []
    it = nil
    source = function.source
    currentFunction = name
    check(function.declaration.body)
    let types = returns ?? []
    (scopes, returns, it, source, currentFunction) = outer
    inProgress.remove(name)
    let result = types.isEmpty ? ValueType.nothing : types.dropFirst().reduce(types[0]) { ValueType.join($0, $1) }
    functions[name]?.returnType = result
    return result
  }

  // MARK: Pipelines

  func type(of pipeline: Pipeline) -> ValueType {
    var type: ValueType?
    var previous: Stage?
    for stage in pipeline.stages {
      if type == .nothing, let previous { report(.givesNothing(name(of: previous)), previous.span) }
      switch stage {
      case .expression(let expression): type = self.type(of: expression)
      case .invocation(let invocation): type = self.type(of: invocation, piped: type == .nothing ? .anything : type)
      }
      previous = stage
    }
    return type ?? .anything
  }

  private func name(of stage: Stage) -> String {
    if case .invocation(let invocation) = stage { invocation.name.text } else { "this" }
  }

  private func callName(_ pipeline: Pipeline) -> String { pipeline.stages.last.map { name(of: $0) } ?? "this" }

  func resolver(_ callee: Callee) -> Resolver {
    var resolver = Resolver(
      callee, isStrict: isStrict, variable: { self.type(ofVariable: $0) }, variables: { self.variableNames() },
      typeOf: { self.typed($0).type },
      quietTypeOf: { expression in
        let before = self.diagnostics
        let (type, hasProblems) = self.typed(expression)
        self.diagnostics = before
        return hasProblems ? nil : type
      }, it: isStrict ? nil : it)
    resolver.source = source
    return resolver
  }

  /// The type of an argument. An argument is looked at for each slot that it may be for, so the answer is kept: otherwise calls inside calls would
  /// take exponential time.
  private func typed(_ expression: Expression) -> (type: ValueType, hasProblems: Bool) {
    let key = ArgumentKey(function: currentFunction, span: expression.span)
    if let known = typedArguments[key] {
      diagnostics += known.diagnostics
      return (known.type, !known.diagnostics.isEmpty)
    }
    let before = diagnostics.count
    let type = type(of: expression)
    let found = Array(diagnostics[min(before, diagnostics.count)...])
    typedArguments[key] = (type, found)
    return (type, !found.isEmpty)
  }

  private func take(_ found: [Diagnostic]) {
    for diagnostic in found { report(diagnostic.problem, diagnostic.span, related: diagnostic.related, fix: diagnostic.fix) }
  }

  func callee(named name: String) -> Callee? {
    registry[name].map { Callee($0) } ?? functions[name]?.callee
  }

  private func type(of invocation: Invocation, piped: ValueType?) -> ValueType {
    let name = invocation.name.text
    guard let callee = callee(named: name) else {
      let near = near(name, registry.names + functions.keys.sorted())
      report(.unknownCommand(name, near: near, isVariable: type(ofVariable: name) != nil), invocation.name.span)
      return .anything
    }
    var resolver = resolver(callee)
    let call = resolver.resolve(invocation, piped: piped)
    take(resolver.diagnostics)
    guard let signature = registry[name] else { return returnType(of: name) }
    var input = piped
    if let index = callee.slots.firstIndex(where: { $0.role == .input }) {
      switch call.fills[index] {
      case .it: input = it
      case .literal(let value): input = Swift.type(of: value).valueType
      case .expression(let expression): input = quietly { self.type(of: expression) }
      case .piped, .invalid, nil: break
      }
    }
    return signature.command.outputType(for: input)
  }
}
