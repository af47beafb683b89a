/// Finds what each name of a script refers to, by the checker's rules: an assignment changes the nearest variable of its name and otherwise creates
/// one in its block, and the body of a function sees its parameters and the top level of the file.
struct NameBinder {
  /// A command or function that is called, or an option of one.
  struct Call {
    let name: Name
    let invocation: Invocation
  }

  /// `z.grade` or `z.limits`.
  struct Member {
    let alias: String
    let name: Name
  }

  private let tree: SyntaxTree
  private let registry: Registry
  /// Where the checker looked a name up: a bare word may be a choice, a path or a variable.
  private let lookups: Set<Int>
  private(set) var symbols: [ScriptSymbol] = []
  private(set) var calls: [Call] = []
  private(set) var members: [Member] = []
  /// The declarations of functions, whose bodies see no variables from outside.
  private(set) var functionSpans: [Span] = []
  private var scopes: [[String: Int]] = [[:]]
  /// What the body of a function can read, but not change.
  private var constants: [String: Int] = [:]
  private var regionEnds: [Int]
  private var functions: [String: Int] = [:]
  private var modules: [String: Int] = [:]
  private var parameters: [String: [String: Int]] = [:]

  init(_ tree: SyntaxTree, registry: Registry, lookups: Set<Int>) {
    self.tree = tree
    self.registry = registry
    self.lookups = lookups
    regionEnds = [tree.source.bytes.count]
    declareTopLevel()
    for statement in tree.statements { walk(statement) }
    for statement in tree.statements {
      if case .function(let declaration) = statement.kind { walk(declaration) }
    }
    for index in symbols.indices {
      let declaration = symbols[index].places.first
      let places = symbols[index].places.dropFirst().sorted { $0.span.start < $1.span.start }
      symbols[index].places = (declaration.map { [$0] } ?? []) + places
    }
  }

  // MARK: Declarations

  private mutating func declareTopLevel() {
    let whole = Span(0, tree.source.bytes.count)
    for statement in tree.statements {
      switch statement.kind {
      case .function(let declaration) where !declaration.name.text.isEmpty && functions[declaration.name.text] == nil:
        functionSpans.append(declaration.span)
        functions[declaration.name.text] = add(declaration.name, .function, declaration.span, whole)
        for parameter in declaration.parameters where !parameter.name.text.isEmpty {
          let index = add(parameter.name, .parameter, parameter.name.span, declaration.body.span)
          parameters[declaration.name.text, default: [:]][parameter.name.text] = index
        }
      case .use(_, let alias) where !alias.text.isEmpty && modules[alias.text] == nil:
        modules[alias.text] = add(alias, .module, statement.span, whole)
      default: break
      }
    }
  }

  private mutating func add(_ name: Name, _ kind: ScriptSymbol.Kind, _ declaration: Span, _ region: Span) -> Int {
    let place = ScriptSymbol.Place(span: name.span, isWrite: true, isDashed: false)
    symbols.append(ScriptSymbol(name: name.text, kind: kind, declaration: declaration, region: region, places: [place]))
    return symbols.count - 1
  }

  private mutating func mention(_ symbol: Int, _ span: Span, isWrite: Bool = false, isDashed: Bool = false) {
    let place = ScriptSymbol.Place(span: span, isWrite: isWrite, isDashed: isDashed)
    symbols[symbol].places.append(place)
  }

  private func variable(_ name: String) -> Int? { scopes.lazy.reversed().compactMap { $0[name] }.first }

  private mutating func assign(_ name: Name, _ statement: Span, _ kind: ScriptSymbol.Kind = .variable) {
    guard !name.text.isEmpty, registry[name.text] == nil, functions[name.text] == nil else { return }
    if let known = variable(name.text) { return mention(known, name.span, isWrite: true) }
    scopes[scopes.count - 1][name.text] = add(name, kind, statement, Span(statement.end, regionEnds[regionEnds.count - 1]))
  }

  private mutating func inScope(_ region: Span, names: [Name] = [], declaredIn declaration: Span? = nil, _ body: (inout NameBinder) -> Void)
  {
    scopes.append([:])
    regionEnds.append(region.end)
    for name in names where !name.text.isEmpty {
      scopes[scopes.count - 1][name.text] = add(name, .variable, declaration ?? name.span, region)
    }
    body(&self)
    scopes.removeLast()
    regionEnds.removeLast()
  }

  // MARK: Statements

  private mutating func walk(_ block: Block) { inScope(block.span) { for statement in block.statements { $0.walk(statement) } } }

  private mutating func walk(_ statement: Statement) {
    switch statement.kind {
    case .invalid, .version, .use, .function, .leave: break
    case .assignment(let name, _, let pipeline):
      walk(pipeline)
      assign(name, statement.span)
    case .pipeline(let pipeline), .print(let pipeline, _), .assertion(let pipeline, _): walk(pipeline)
    case .return(let pipeline): if let pipeline { walk(pipeline) }
    case .conditional(let branches, let otherwise):
      for branch in branches {
        walk(branch.condition)
        walk(branch.body)
      }
      if let otherwise { walk(otherwise) }
    case .loop(let name, let sequence, let body):
      walk(sequence)
      inScope(body.span, names: [name], declaredIn: statement.span) { $0.walk(body) }
    case .whileLoop(let condition, let body):
      walk(condition)
      walk(body)
    case .parameter(let parameter):
      if let standard = parameter.standard { walk(standard) }
      assign(parameter.name, statement.span, .scriptParameter)
    case .attempt(let body, let name, let handler):
      walk(body)
      inScope(handler.span, names: [name], declaredIn: statement.span) { $0.walk(handler) }
    }
  }

  private mutating func walk(_ declaration: FunctionDeclaration) {
    for parameter in declaration.parameters { if let standard = parameter.standard { walk(standard) } }
    let outer = (scopes, regionEnds, constants)
    (scopes, constants) = ([parameters[declaration.name.text] ?? [:]], scopes.first ?? [:])
    regionEnds.append(declaration.body.span.end)
    walk(declaration.body)
    (scopes, regionEnds, constants) = outer
  }

  // MARK: Expressions

  private mutating func walk(_ pipeline: Pipeline) {
    for stage in pipeline.stages {
      switch stage {
      case .expression(let expression): walk(expression)
      case .invocation(let invocation): walk(invocation)
      }
    }
  }

  private mutating func walk(_ invocation: Invocation) {
    calls.append(Call(name: invocation.name, invocation: invocation))
    let called = invocation.name.text
    if let function = functions[called] { mention(function, invocation.name.span) }
    if let dot = called.firstIndex(of: "."), let module = modules[String(called[..<dot])] {
      let end = invocation.name.span.start + called[..<dot].utf8.count
      mention(module, Span(invocation.name.span.start, end))
      members.append(
        Member(
          alias: String(called[..<dot]),
          name: Name(text: String(called[called.index(after: dot)...]), span: Span(end + 1, invocation.name.span.end))))
    }
    let signature = registry[called]
    let bindings = signature?.bindings.isEmpty == false ? invocation.arguments.compactMap(\.name).filter { signature?[$0.text] == nil } : []
    for argument in invocation.arguments {
      if let name = argument.name, let parameter = parameters[called]?[name.text] {
        mention(parameter, name.span, isDashed: argument.isDashed)
      }
      guard let content = argument.content else { continue }
      if case .block(let block) = content {
        inScope(block.span, names: bindings) { $0.walk(block) }
      } else {
        walk(content)
      }
    }
  }

  private mutating func walk(_ content: ArgumentNode.Content) {
    switch content {
    case .word(let word):
      guard lookups.contains(word.span.start), let reference = Reference.expression(word) else { return }
      walk(reference)
    case .text(let text): walk(text)
    case .expression(let expression): walk(expression)
    case .block(let block): walk(block)
    }
  }

  private mutating func walk(_ text: TextLiteral) {
    for case .value(let pipeline, _) in text.segments { walk(pipeline) }
  }

  private mutating func walk(_ expression: Expression) {
    switch expression.kind {
    case .quantity, .truth, .result, .it, .invalid: break
    case .name(let name): if let symbol = variable(name) ?? constants[name] ?? modules[name] { mention(symbol, expression.span) }
    case .text(let text): walk(text)
    case .list(let items): for item in items { walk(item) }
    case .record(let fields): for field in fields { walk(field.value) }
    case .range(let first, let last, let step):
      for part in [first, last] + (step.map { [$0] } ?? []) { walk(part) }
    case .unary(_, let operand): walk(operand)
    case .binary(_, _, let left, let right):
      walk(left)
      walk(right)
    case .property(let base, let name):
      if case .name(let alias) = base.kind, (variable(alias) ?? constants[alias]) == nil, modules[alias] != nil {
        members.append(Member(alias: alias, name: name))
      }
      walk(base)
    case .index(let base, let indices):
      walk(base)
      for index in indices { walk(index) }
    case .group(let pipeline): walk(pipeline)
    }
  }
}
