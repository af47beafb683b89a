/// How strictly a text is checked.
public enum Mode: Sendable {
  /// Shortcuts are allowed, `=` may reassign a variable, and `it` is the last image or measurement.
  case prompt
  /// Arguments must be in canonical form, and reassignment is written `:=`.
  case script
}

/// A parameter that a script declares.
public struct ScriptParameter: Sendable {
  /// Name of the parameter.
  public let name: String
  /// Type of the parameter.
  public let type: ValueType
  /// Default value as written in the script; nil when the parameter is required.
  public let standard: String?
  /// Lower bound as written in the script; nil when there is none.
  public let low: String?
  /// Upper bound as written in the script; nil when there is none.
  public let high: String?
  /// Description; empty when the script states none.
  public let help: String
  /// Words that the parameter accepts, when they can be listed; empty otherwise.
  public var choices: [ChoiceName] { type.named?.choices ?? [] }
}

/// The result of a check.
public struct CheckReport: Sendable {
  /// Errors and warnings in order of position, then the errors of the modules used; at most 200.
  public let diagnostics: [Diagnostic]
  /// Parameters that the script's `param` statements declare.
  public let parameters: [ScriptParameter]
  /// Type of the last statement's value; nil when it has none.
  public let resultType: ValueType?
  /// Variables that the text assigns outside of blocks, with their types.
  public let variables: [String: ValueType]
  /// Whether the text has errors and so must not run.
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
  var it: ValueType? { implicit?.type }
  /// What a line that names no input gives its command; nil when `it` is nothing.
  var implicit: ImplicitInput?
  /// Types of the `return` statements of the function being checked; nil outside.
  var returns: [ValueType]?
  var inProgress = Set<String>()
  var currentFunction: String?
  /// How many scopes, from the outermost, cannot be changed: those round a block that is an argument, and a module's constants.
  var frozen = 0
  var isInBlock = false
  /// Whether a `for` or `while` of the same block or function is open.
  var isInLoop = false
  /// The modules that the text uses, by the names that it gives them.
  var modules: [String: ModuleFace] = [:]
  var moduleChecks = ModuleChecks()
  /// Names of modules whose files cannot be had: what they hold is not known.
  var unresolvedModules = Set<String>()
  /// Whether the text is a module, which holds functions and constants alone.
  var isModule = false
  /// Whether what is right but unlikely to be meant is told: values that nothing uses, labels that become one mask.
  var lints = false
  /// What an editor wants to know of places; nil: nothing is written down.
  var record: CheckRecord?
  /// Where names stand that are looked up, for what records blocks.
  var uses: [NameUse] = []
  /// Those inside functions.
  var functionUses: [NameUse] = []
  private var typedArguments: [ArgumentKey: (type: ValueType, diagnostics: [Diagnostic], uses: [NameUse])] = [:]

  /// A variable or function that is looked up at a place.
  struct NameUse {
    enum Kind { case variable, constant, function }
    let kind: Kind
    let name: String
    let span: Span
    /// Whether the name comes from outside of the text that is checked.
    let isFromOutside: Bool
  }

  func note(_ kind: NameUse.Kind, _ name: String, _ span: Span) {
    let isFromOutside = kind != .variable || !scopes[min(frozen, scopes.count)...].contains { $0[name] != nil }
    uses.append(NameUse(kind: kind, name: name, span: span, isFromOutside: isFromOutside))
  }

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
    variables: @escaping () -> [String] = { [] }, result: @escaping (Int) -> ValueType? = { _ in nil }, it: ImplicitInput? = nil
  ) {
    self.registry = registry
    self.source = source
    self.mode = mode
    self.functions = functions
    outerVariable = variable
    outerVariables = variables
    self.result = result
    implicit = it
  }

  /// More errors than this are not told.
  static let diagnosticLimit = 200

  var isStrict: Bool { mode == .script }

  func report(_ problem: Problem, _ span: Span, related: Diagnostic.Related? = nil, fix: Diagnostic.Fix? = nil) {
    diagnostics.append(Diagnostic(problem, at: span, related: related, fix: fix, in: source))
  }

  func check(_ tree: SyntaxTree) -> CheckReport {
    collectModules(tree.statements, tree.modules)
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
    if lints, !isModule { diagnostics += Lints(tree: tree, registry: registry, uses: uses + functionUses).diagnostics }
    // A statement that cannot be read tells nothing more, and one with an error no warnings.
    let unread = Set(tree.diagnostics.map { statement(of: $0) })
    diagnostics.removeAll { unread.contains(statement(of: $0)) }
    let wrong = Set(diagnostics.filter { $0.severity == .error }.map { statement(of: $0) })
    diagnostics.removeAll { $0.severity == .warning && wrong.contains(statement(of: $0)) }
    // A place may be reached twice, through a variable's type and through its slot; it is told once.
    var seen = Set<DiagnosticKey>()
    let all = (tree.diagnostics + diagnostics).filter { seen.insert(DiagnosticKey(problem: $0.problem, span: $0.span)).inserted }
    let sorted = all.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
    let inModules = isModule ? [] : moduleChecks.diagnostics.filter { $0.severity == .error }
    return CheckReport(
      diagnostics: Array((sorted + inModules).prefix(Self.diagnosticLimit)),
      parameters: parameters, resultType: last, variables: scopes.first ?? [:])
  }

  /// Where statements start, those inside blocks included.
  private static func starts(of statements: [Statement]) -> [Int] {
    statements.flatMap { statement in [statement.span.start] + statement.blocks.flatMap { starts(of: $0.statements) } }
  }

  private struct DiagnosticKey: Hashable {
    let problem: Problem
    let span: Span
  }

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

  func assign(_ name: Name, _ type: ValueType, isReassignment: Bool) {
    guard !name.text.isEmpty else { return }
    record?.types[name.span] = type
    if registry[name.text] != nil || functions[name.text] != nil {
      report(.namedLikeCommand(name.text), name.span)
      return
    }
    if modules[name.text] != nil, scopes.count == 1 {
      report(.alreadyDeclared(name.text), name.span)
      return
    }
    let known = self.type(ofVariable: name.text)
    if isInBlock || frozen > 0, known != nil, !scopes[min(frozen, scopes.count)...].contains(where: { $0[name.text] != nil }) {
      report(isReassignment || !isStrict ? .outsideOfBlock(name.text) : .alreadyAssigned(name.text), name.span)
      return
    }
    if isReassignment, known == nil {
      report(.neverAssigned(name.text, near: near(name.text, variableNames())), name.span)
    } else if !isReassignment, known != nil, isStrict {
      report(.alreadyAssigned(name.text), name.span, fix: reassignment(of: name))
    }
    guard let index = scopes.lastIndex(where: { $0[name.text] != nil }) else {
      let home = known != nil ? 0 : scopes.count - 1
      scopes[home][name.text] = type
      return
    }
    // In a branch or a loop the old value may still be there afterward.
    scopes[index][name.text] = index == scopes.count - 1 ? type : ValueType.join(scopes[index][name.text] ?? type, type)
  }

  /// `:=` in place of the `=` after a name.
  private func reassignment(of name: Name) -> Diagnostic.Fix? {
    let bytes = source.bytes
    var sign = name.span.end
    while sign < bytes.count, bytes[sign] != UInt8(ascii: "=") { sign += 1 }
    return sign < bytes.count ? Diagnostic.Fix(Span(sign, sign + 1), ":=") : nil
  }

  /// A name that a `for` or a `catch` brings with it.
  func bind(_ name: Name, _ type: ValueType) {
    guard !name.text.isEmpty else { return }
    record?.types[name.span] = type
    if registry[name.text] != nil || functions[name.text] != nil { report(.namedLikeCommand(name.text), name.span) }
    scopes[scopes.count - 1][name.text] = type
  }

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

  func callName(_ pipeline: Pipeline) -> String { pipeline.stages.last.map { name(of: $0) } ?? "this" }

  func resolver(_ callee: Callee) -> Resolver {
    var resolver = Resolver(
      callee, isStrict: isStrict,
      variable: { self.type(ofVariable: $0) ?? (self.modules[$0] == nil && !self.unresolvedModules.contains($0) ? nil : .nothing) },
      variables: { self.variableNames() },
      typeOf: { self.typed($0).type },
      quietTypeOf: { expression in
        let before = (self.diagnostics, self.uses)
        let (type, hasProblems) = self.typed(expression)
        (self.diagnostics, self.uses) = before
        return hasProblems ? nil : type
      }, implicit: isStrict || isInBlock ? nil : implicit)
    resolver.source = source
    return resolver
  }

  /// The type of an argument. An argument is looked at for each slot that it may be for, so the answer is kept: otherwise calls inside calls would
  /// take exponential time.
  private func typed(_ expression: Expression) -> (type: ValueType, hasProblems: Bool) {
    let key = ArgumentKey(function: currentFunction, span: expression.span)
    if let known = typedArguments[key] {
      diagnostics += known.diagnostics
      uses += known.uses
      return (known.type, !known.diagnostics.isEmpty)
    }
    let before = (diagnostics.count, uses.count)
    let type = type(of: expression)
    let found = Array(diagnostics[min(before.0, diagnostics.count)...])
    typedArguments[key] = (type, found, Array(uses[min(before.1, uses.count)...]))
    return (type, !found.isEmpty)
  }

  func take(_ found: [Diagnostic]) {
    for diagnostic in found { report(diagnostic.problem, diagnostic.span, related: diagnostic.related, fix: diagnostic.fix) }
  }

  func callee(named name: String) -> Callee? {
    if let signature = registry[name] {
      var callee = Callee(signature)
      callee.renamedOptions = registry.renamedOptions(of: name)
      callee.renamedChoices = registry.renamedChoices(of: name)
      return callee
    }
    if let function = functions[name] { return function.callee }
    guard let (module, member) = moduleMember(name), let callee = module.functions[member]?.callee else { return nil }
    return Callee(name: name, slots: callee.slots)
  }

  /// What can be called here.
  private var callableNames: [String] {
    registry.names + functions.keys.sorted()
      + modules.keys.sorted().flatMap { alias in
        modules[alias]?.functions.keys.sorted().map { "\(alias).\($0)" } ?? []
      }
  }

  /// Labels that a command takes as one mask lose their numbers.
  private func checkMerging(_ invocation: Invocation, _ callee: Callee, _ input: ValueType?) {
    guard let input, let named = input.named, let slot = callee.slots.first(where: { $0.role == .input }),
      input.fit(slot.type) == .converted
    else { return }
    let members = if case .union(let members) = slot.type { members } else { [slot.type] }
    let conversions = TypeTables.of(named).conversions
    guard let used = members.lazy.compactMap({ member in conversions.first { $0.target == member } }).first, let loss = used.loss else {
      return
    }
    report(.merged(invocation.name.text, from: input.description, to: used.target.description, loss: loss), invocation.name.span)
  }

  private func type(of invocation: Invocation, piped: ValueType?) -> ValueType {
    let name = invocation.name.text
    guard let callee = callee(named: name) else {
      if name.contains("."), unresolvedModules.contains(String(name.prefix { $0 != "." })) { return .anything }
      if let new = registry.newName(ofCommand: name) {
        report(.renamedCommand(name, to: new), invocation.name.span)
        return .anything
      }
      let near = near(name, callableNames)
      let related = near.isEmpty && name.count > 2 ? registry.search(name).prefix(3).map(\.name) : []
      report(
        .unknownCommand(name, near: near, related: Array(related), isVariable: type(ofVariable: name) != nil), invocation.name.span)
      return .anything
    }
    var resolver = resolver(callee)
    let call = resolver.resolve(invocation, piped: piped)
    take(resolver.diagnostics)
    guard let signature = registry[name] else {
      note(.function, name, invocation.name.span)
      for case .block(let block) in call.fills { _ = type(of: block, it: .anything) }
      return returnType(of: name)
    }
    var input = piped
    if let index = callee.slots.firstIndex(where: { $0.role == .input }) {
      switch call.fills[index] {
      case .it: input = implicit?.type(for: callee.slots[index])
      case .literal(let value): input = Swift.type(of: value).valueType
      case .expression(let expression): input = quietly { self.typed(expression).type }
      case .piped, .invalid, .block, .binding, nil: break
      }
    }
    if lints { checkMerging(invocation, callee, input) }
    guard let result = blockType(signature, callee, call, input) else { return signature.command.outputType(for: input) }
    return signature.command.outputType(for: input, block: result)
  }
}
