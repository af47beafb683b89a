/// What evaluating starts from and ends in. Values never change, so a copy is a snapshot.
struct State: Sendable {
  var variables: [String: Item] = [:]
  var functions: [String: Checker.Function] = [:]
  /// By the names that `use` gave them.
  var modules: [String: ModuleValues] = [:]
  /// By their files, so that none runs twice.
  var loaded: [String: ModuleValues] = [:]
  /// `_1` is the first.
  var results: [Item] = []
  /// The number of the result that is `it`.
  var it: Int?
}

/// Runs a checked syntax tree.
///
/// Errors are thrown as diagnostics; the state before stays with the caller, so that a line that fails or is stopped changes nothing.
final class Evaluator {
  let registry: Registry
  let host: Host
  let mode: Mode
  var state: State
  var frame: Frame
  /// Calls that were resolved under another mark are resolved again.
  var mark = RunMark()
  private var tree: SyntaxTree?
  /// What the case of a batch is called that is worked on.
  var caseName: String?
  /// Cases that failed while their batch went on.
  var leftOut: [Diagnostic] = []
  private var rounds = 0
  /// Of the thread that runs the line.
  private(set) lazy var stack = StackGuard()
  /// Whether `expect` is looked at.
  var testsExpectations = false
  private(set) var expectationsMet = 0
  private(set) var unmet: [Diagnostic] = []
  private var skeletons: [Int: Step] = [:]
  /// Steps that statements at the top ended in, in order.
  private(set) var finished: [Finished] = []
  /// Whether a command ran that is no part of the session.
  var ranUnrecorded = false
  /// Results by their numbers in words; see ``describeResults()``.
  private(set) var descriptions: [Int: Description] = [:]

  /// What a prompt shows of a result.
  struct Description {
    let oneLine: String
    let details: [String]
    /// A drawing of the last result.
    var thumbnail: String?
  }
  /// Values that the program gives to the script's parameters.
  let arguments: [String: String]

  struct Finished {
    let step: Step?
    let value: (any Value)?
    let name: String?
    let number: Int?
  }

  static let callLimit = 100
  static let roundLimit = 1_000_000

  /// Leaves a function.
  struct Return: Error { let item: Item? }

  /// Leaves a round of a loop, or the whole loop.
  private struct Leave: Error { let endsLoop: Bool }

  init(registry: Registry, host: Host, mode: Mode, state: State, source: SourceText, arguments: [String: String] = [:]) {
    self.registry = registry
    self.host = host
    self.mode = mode
    self.state = state
    frame = Frame(source: source)
    self.arguments = arguments
  }

  func problem(_ problem: Problem, _ span: Span) -> Diagnostic { Diagnostic(problem, at: span, in: frame.source) }

  /// - Throws: `Diagnostic`.
  func run(_ tree: SyntaxTree) throws {
    self.tree = tree
    for invocation in tree.statements.flatMap(\.invocations) {
      registry[invocation.name.text]?.command.prepare(options: invocation.arguments.compactMap { $0.name?.text })
    }
    for statement in tree.statements {
      do { try run(statement) } catch let diagnostic as Diagnostic { throw diagnostic } catch is CancellationError {
        throw problem(.cancelled, statement.span)
      } catch { throw problem(.commandFailed("seglang", message: "\(error)"), statement.span) }
    }
  }

  /// Puts the numbered results into words.
  func describeResults() {
    for finished in finished {
      guard let number = finished.number, number > 0, let value = finished.value else { continue }
      descriptions[number] = Description(oneLine: value.oneLine, details: value.details)
    }
    guard let last = finished.last, let number = last.number, let value = last.value else { return }
    descriptions[number]?.thumbnail = host.illustrate(value, last.step)
  }

  // MARK: Variables

  func item(ofVariable name: String) -> Item? {
    for scope in frame.scopes.reversed() {
      if let item = scope[name] { return item }
    }
    return frame.isClosed ? nil : state.variables[name]
  }

  private func assign(_ name: String, _ item: Item) {
    let scopes = frame.scopes.indices
    if let index = scopes.last(where: { frame.scopes[$0][name] != nil }) {
      frame.scopes[index][name] = item
    } else if !frame.isClosed, scopes.isEmpty || state.variables[name] != nil {
      state.variables[name] = item
    } else if let last = scopes.last {
      frame.scopes[last][name] = item
    }
  }

  // MARK: Statements

  func run(_ statement: Statement) throws {
    if stack.isNearlyFull { throw problem(.recursionLimit(frame.callDepth), statement.span) }
    try spend(statement.span)
    let isTop = frame.isTop
    switch statement.kind {
    case .version, .function, .invalid: break
    case .use(let path, let alias): try use(path, as: alias, in: tree?.modules ?? .none)
    case .assignment(let name, _, let pipeline):
      guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
      assign(name.text, item)
      if isTop { finish(item, name: name.text) }
    case .pipeline(let pipeline):
      let item = try value(of: pipeline)
      if let item, isTop { finish(item, name: nil) }
    case .conditional(let branches, let otherwise):
      for (condition, body) in branches where try truth(condition) {
        try run(body)
        return
      }
      if let otherwise { try run(otherwise) }
    case .loop(let name, let sequence, let body): try loop(name, sequence, body)
    case .whileLoop(let condition, let body):
      while try truth(condition) {
        try countRound(condition.span)
        if try endsLoop({ try run(body) }) { break }
      }
    case .leave(let endsLoop): throw Leave(endsLoop: endsLoop)
    case .return(let pipeline): throw Return(item: try pipeline.flatMap { try value(of: $0) })
    case .parameter(let parameter): try bind(parameter)
    case .print(let pipeline, let isLog):
      guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
      let text = (item.value as? String) ?? ([item.value.oneLine] + item.value.details).joined(separator: "\n")
      if isLog { (host.log ?? host.note)(text) } else { host.write(text + "\n") }
      let step = Step(
        .print(item.step == nil ? item.value : nil, isLog: isLog), parents: item.step.map { [$0] } ?? [], value: nil)
      host.stepped(step, isLog ? nil : text)
      record(effect: step)
    case .assertion(let pipeline, let isExpectation):
      if isExpectation {
        try expect(pipeline)
      } else if try !truth(pipeline) {
        throw problem(.assertionFailed(frame.source[pipeline.span]), pipeline.span)
      }
    case .attempt(let body, let name, let handler): try attempt(body, name, handler)
    }
  }

  /// Counts an expectation when a test asks for it; a run steps over it.
  private func expect(_ pipeline: Pipeline) throws {
    guard testsExpectations else { return }
    if try truth(pipeline) {
      expectationsMet += 1
    } else {
      unmet.append(problem(.assertionFailed(frame.source[pipeline.span]), pipeline.span))
    }
  }

  /// Runs the second block when the first fails; stopping is no failure.
  private func attempt(_ body: Block, _ name: Name, _ handler: Block) throws {
    let outer = frame
    do { try run(body) } catch let diagnostic as Diagnostic where diagnostic.problem != .cancelled {
      frame = outer
      try inScope([name.text: Item(value: Failure.record(diagnostic), step: nil)]) { try run(handler) }
    }
  }

  /// Numbers the result of a statement at the top.
  private func finish(_ item: Item, name: String?) {
    if let step = item.step { host.stepped(step, name) }
    if mode == .script {
      finished = [Finished(step: item.step, value: item.value, name: name, number: 0)]
      return
    }
    let known = item.step.flatMap { step in state.results.firstIndex { $0.step === step } }
    let number: Int
    if let known {
      number = known + 1
    } else {
      state.results.append(item)
      number = state.results.count
    }
    if type(of: item.value).becomesIt { state.it = number }
    finished.append(Finished(step: item.step, value: item.value, name: name, number: number))
  }

  /// Remembers an effect by its text alone, so that a loop over many files does not keep their images. A script is its own record.
  func record(effect step: Step) {
    guard mode == .prompt, frame.blockDepth == 0 else { return }
    finished.append(Finished(step: step.skeleton(&skeletons), value: nil, name: nil, number: nil))
  }

  /// Rows of figures that a script gathers do not keep the images of every case in memory.
  func lightened(_ item: Item) -> Item {
    guard mode == .script, let step = item.step, step.command == nil, item.value is List || item.value is Record,
      !Self.holdsImages(item.value)
    else { return item }
    return Item(value: item.value, step: step.lightened(&skeletons))
  }

  private static func holdsImages(_ value: any Value) -> Bool {
    switch value {
    // What a list gained last tells.
    case let list as List: list.items.suffix(16).contains { holdsImages($0) }
    case let record as Record: record.fields.contains { holdsImages($0.value) }
    default: type(of: value).isImageLike
    }
  }

  func run(_ block: Block) throws {
    try inScope { for statement in block.statements { try run(statement) } }
  }

  func truth(_ pipeline: Pipeline) throws -> Bool {
    guard let item = try value(of: pipeline) else { throw problem(.givesNothing("this"), pipeline.span) }
    guard let truth = item.value as? Bool else { throw problem(.notATruth(found: type(of: item.value).typeName), pipeline.span) }
    return truth
  }

  private func countRound(_ span: Span) throws {
    rounds += 1
    try spend(span)
    if rounds > Self.roundLimit { throw problem(.loopLimit(Self.roundLimit), span) }
    if host.isCancelled() { throw problem(.cancelled, span) }
  }

  private func loop(_ name: Name, _ sequence: Pipeline, _ body: Block) throws {
    guard let item = try value(of: sequence) else { throw problem(.givesNothing("this"), sequence.span) }
    guard let sequential = item.value as? any Sequential else {
      throw problem(.notIterable(type(of: item.value).typeName), sequence.span)
    }
    let elements = try located(sequence.span) { try sequential.elements() }
    let isOutermost = frame.isTop
    let remarks = RepeatedNotes(note: host.note)
    defer { remarks.sumUp() }
    for index in 0..<elements.count {
      try countRound(sequence.span)
      if isOutermost { host.progress(Double(index) / Double(elements.count), "\(index + 1) of \(elements.count)") }
      let element: Traced
      do { element = try located(sequence.span) { try elements.traced(index, of: item.step) } } catch let failure as Diagnostic
        where failure.problem != .cancelled
      {
        // What is read turn by turn, such as the images of a cohort: the line is the loop's, so the case says which file it was.
        let name = elements.name(of: index) ?? "\(index + 1)"
        throw problem(
          .commandFailed("for", message: "case \(name) (\(index + 1) of \(elements.count)): \(failure.message)"), sequence.span)
      }
      if let image = element.value as? any ReadFromFile, let name = elements.name(of: index) { remarks.add(image.readingNotes, of: name) }
      let isOver = try endsLoop {
        try inScope([name.text: Item(value: element.value, step: element.step)]) {
          try inCase(elements.name(of: index) ?? (element.value as? Path)?.name) { try run(body) }
        }
      }
      if isOver { break }
    }
  }

  /// Runs a round of a loop; true if it was left with `break`.
  private func endsLoop(_ round: () throws -> Void) throws -> Bool {
    do {
      try round()
      return false
    } catch let signal as Leave { return signal.endsLoop }
  }

  /// Takes what the program gave for a `param`, else its default.
  private func bind(_ parameter: ParameterStatement) throws {
    let name = parameter.name.text
    let checker = typer()
    let type = parameter.type.map { checker.type(named: $0) }
    let slot = Callee.Slot(name: name, role: .option, type: type ?? .anything, reader: type?.named, isOptional: false, range: nil)
    let value: any Value
    if let given = arguments[name] {
      let standardType = parameter.standard.map { checker.type(of: checker.content($0)) } ?? .of(String.self)
      let reader = type?.named ?? standardType.named ?? String.self
      switch Result(catching: { () throws(LiteralProblem) in try reader.read(Literal(given)) as any Value }) {
      case .success(let read): value = read.asValue ?? read
      case .failure(.unknownChoice(let word, let choices)):
        throw problem(
          .unknownChoice(word, of: name, near: nearNames(to: word, in: choices), all: choices, command: nil), parameter.name.span)
      case .failure: throw problem(.unreadable(given, of: name, hint: reader.literalHint ?? reader.typeName), parameter.name.span)
      }
    } else if let standard = parameter.standard {
      if type == nil {
        value = try item(of: checker.content(standard)).value
      } else {
        var resolver = checker.resolver(Callee(name: name, slots: [slot]))
        switch resolver.interpret(standard, for: slot) {
        case .literal(let literal): value = literal
        case .expression(let expression): value = try Operations.convert(try item(of: expression).value, to: slot.type)
        default: throw resolver.diagnostics.first ?? problem(.missingParameter(name, help: ""), parameter.name.span)
        }
      }
    } else {
      throw problem(.missingParameter(name, help: parameter.help?.constant ?? ""), parameter.name.span)
    }
    if let range = parameter.range, let named = Swift.type(of: value) as (any Value.Type)?,
      let low = try? named.read(Literal(range.low.text)) as any Value,
      let high = try? named.read(Literal(range.high.text)) as any Value,
      RangeCheck.order(value, low) == -1 || RangeCheck.order(value, high) == 1
    {
      throw problem(.outOfRange(value.oneLine, of: name, low: range.low.text, high: range.high.text), parameter.name.span)
    }
    assign(name, Item(value: value, step: nil))
  }
}
