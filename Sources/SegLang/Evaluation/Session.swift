import Basics
import Synchronization

/// An interactive session of the language: it checks, runs and records lines, numbers their results, and can undo lines.
///
/// Not thread-safe: execute one line at a time. Stop a running line through the host's `isCancelled`.
public final class Session {
  /// The commands and types of the language.
  public let registry: Registry
  /// Whether lines come from a prompt or from a script.
  public let mode: Mode
  /// The program that hosts the session.
  public var host: Host
  /// Whether `expect` statements are evaluated, as in a test of scripts; a normal run skips them. Default: false.
  public var testsExpectations = false
  /// How long a line may continue after the user asked to stop before its thread is abandoned; nil waits for its end. Default: nil.
  public var patience: Duration?
  /// What steps made, in a line each, for what asks again; by the steps' numbers.
  private var oneLines: [Int: String] = [:]
  /// Loads the files that `use` names. Default: from the file system.
  public var modules = ModuleLoader.files()
  private(set) var state = State()
  private(set) var done: [Entry] = []
  /// What was taken back, the last first; each time a line that made something, and those after it that only showed something.
  private(set) var undone: [[Entry]] = []

  /// A line that ran.
  struct Entry {
    let line: String
    let before: State
    let after: State
    let steps: [Step]
    /// Whether it made no value, declared nothing and wrote no file.
    let onlyShows: Bool
    /// Whether it calls a command that writes its input to a file.
    let keepsInput: Bool

    /// The files that the line wrote.
    var files: [String] { steps.flatMap(\.files).filter { $0.role == .output }.map(\.name) }
  }

  /// Creates a session without values.
  public init(registry: Registry, host: Host = Host(), mode: Mode = .prompt) {
    self.registry = registry
    self.host = host
    self.mode = mode
  }

  /// Whether a prompt should read another line before executing the text.
  public func isIncomplete(_ text: String) -> Bool { parse(SourceText(text)).isIncomplete }

  /// Whether the text cannot be read as statements, apart from what the check of names and types finds.
  public func hasSyntaxErrors(_ text: String) -> Bool { parse(SourceText(text)).diagnostics.contains { $0.severity == .error } }

  func parse(_ source: SourceText) -> SyntaxTree {
    SyntaxTree(parsing: source, using: modules, isCommand: isCallable)
  }

  func isCallable(_ name: String) -> Bool {
    if registry[name] != nil || state.functions[name] != nil { return true }
    guard let dot = name.firstIndex(of: "."), let module = state.modules[String(name[..<dot])] else { return false }
    return module.functions[String(name[name.index(after: dot)...])] != nil
  }

  private func check(_ tree: SyntaxTree) -> CheckReport { checker(tree.source).check(tree) }

  func checker(_ source: SourceText) -> Checker {
    let checker = Checker(
      registry: registry, source: source, mode: mode, functions: state.functions,
      variable: { self.state.variables[$0].map { Swift.type(of: $0.value).valueType } }, variables: { Array(self.state.variables.keys) },
      result: { self.result($0).map { Swift.type(of: $0).valueType } },
      it: state.it.flatMap { state.results.indices.contains($0 - 1) ? ImplicitInput(state.results[$0 - 1]) : nil })
    checker.modules = state.modules.mapValues(\.face)
    return checker
  }

  /// Checks a text and runs it when the check finds no errors. A text that fails or is stopped leaves all values unchanged.
  ///
  /// - Parameters:
  ///   - text: One or more statements; an empty text has no results.
  ///   - name: Name of the text in diagnostics; nil at the prompt.
  ///   - arguments: Values of the text's `param` statements, as literals.
  public func execute(_ text: String, named name: String? = nil, arguments: [String: String] = [:]) -> Outcome {
    let source = SourceText(text, name: name)
    let tree = parse(source)
    let checker = checker(source)
    let report = checker.check(tree)
    var diagnostics = report.diagnostics
    for given in arguments.keys.sorted() where !report.parameters.contains(where: { $0.name == given }) {
      diagnostics.append(
        Diagnostic(.unknownParameter(given, near: nearNames(to: given, in: report.parameters.map(\.name))), at: Span(at: 0)))
    }
    if diagnostics.contains(where: { $0.severity == .error }) { return Outcome(diagnostics: diagnostics, results: [], failedCheck: true) }
    var start = state
    start.functions = checker.functions
    let thread = LineThread(hostNotingOnce())
    let evaluator = Evaluator(registry: registry, host: thread.host, mode: mode, state: start, source: source, arguments: arguments)
    evaluator.testsExpectations = testsExpectations
    do {
      try thread.run(patience: patience, at: tree) { [host] in
        try Cancellation.polling(Cancellation(evaluator.host.isCancelled)) { try evaluator.run(tree) }
        if host.isInteractive { evaluator.describeResults() }
      }
    } catch {
      let failure = (error as? Diagnostic) ?? Diagnostic(.commandFailed("seglang", message: "\(error)"), at: Span(at: 0), in: source)
      return Outcome(
        casesLeftOut: evaluator.leftOut.count, diagnostics: diagnostics + evaluator.leftOut + [failure], results: [], failedCheck: false)
    }
    let before = state
    state = evaluator.state
    let steps = evaluator.finished.compactMap(\.step)
    let isOnlyHelp = evaluator.ranUnrecorded && evaluator.finished.isEmpty
    if mode == .prompt, !tree.statements.isEmpty, !isOnlyHelp {
      let showsAlone = tree.statements.allSatisfy {
        if case .pipeline = $0.kind { true } else if case .print = $0.kind { true } else { false }
      }
      let makesNothing = evaluator.finished.allSatisfy { $0.number == nil && $0.name == nil }
      let writesNothing = steps.allSatisfy { step in !step.files.contains { $0.role == .output } }
      done.append(
        Entry(
          line: canonicalLine(tree, evaluator.finished, before: before), before: before, after: state, steps: steps,
          onlyShows: showsAlone && makesNothing && writesNothing,
          keepsInput: tree.statements.flatMap(\.invocations).contains {
            registry[$0.name.text]?.command.traits.contains(.keepsInput) ?? false
          }))
      undone = []
    }
    let results = evaluator.finished.compactMap { finished in
      finished.number.flatMap { number in
        finished.value.map { value in
          let told = evaluator.descriptions[number]
          if let step = finished.step, let told { oneLines[step.id] = told.oneLine }
          return Result(number: number, name: finished.name, value: value, told: told)
        }
      }
    }
    return Outcome(
      casesLeftOut: evaluator.leftOut.count, diagnostics: diagnostics + evaluator.leftOut, results: results, failedCheck: false,
      expectationsMet: evaluator.expectationsMet,
      unmetExpectations: evaluator.unmet)
  }

  /// The host, with each note told once a line.
  private func hostNotingOnce() -> Host {
    let told = ShownNotes()
    let note = host.note
    var once = host
    once.log = host.note
    once.note = { if told.isNew($0) { note($0) } }
    once.noteAbout = { text, name in if let text = told.new(text, about: name) { note(text) } }
    return once
  }

  private final class ShownNotes: Sendable {
    private let notes = Mutex(Set<String>())
    /// What the first note of a text was about.
    private let subjects = Mutex<[String: String]>([:])

    func isNew(_ note: String) -> Bool { notes.withLock { $0.insert(note).inserted } }

    /// The note where it is new: the text alone the first time, and with the name where it is about something else.
    func new(_ text: String, about name: String) -> String? {
      let first = subjects.withLock { subjects in
        defer { subjects[text] = subjects[text] ?? name }
        return subjects[text]
      }
      guard let first else { return isNew(text) ? text : nil }
      let named = "\(name): \(text)"
      return first != name && isNew(named) ? named : nil
    }
  }

  /// Gives a variable a value without a line.
  func give(_ item: Item, to variable: String) { state.variables[variable] = item }

  /// Gives a variable a value before a text runs, such as `it` of a script that runs for one case of a cohort.
  public func give(_ value: Traced, to variable: String) { give(Item(value: value.value, step: value.step), to: variable) }

  /// Checks a text without running it.
  /// - Parameter name: Name of the text in diagnostics; nil at the prompt.
  public func check(_ text: String, named name: String? = nil) -> CheckReport { check(parse(SourceText(text, name: name))) }

  /// Takes back the last line that did more than show something, and those after it; nil when there is none.
  func takeBack() -> Entry? {
    guard let index = done.lastIndex(where: { !$0.onlyShows }) else { return nil }
    let entry = done[index]
    undone.append(Array(done[index...]))
    done.removeSubrange(index...)
    state = entry.before
    return entry
  }

  /// Does the line again that was taken back last; nil when there is none.
  func doAgain() -> Entry? {
    guard let entries = undone.popLast(), let entry = entries.first else { return nil }
    done += entries
    state = entry.after
    return entry
  }

  // MARK: What there is

  /// The value of `_n`; nil when there is no such result.
  public func result(_ number: Int) -> (any Value)? {
    state.results.indices.contains(number - 1) ? state.results[number - 1].value : nil
  }

  /// The last image or measurement and its number; nil before there is one.
  public var it: (number: Int, value: any Value)? {
    state.it.flatMap { number in result(number).map { (number, $0) } }
  }

  /// The value of a variable, a result or `it` in one line, told before where it was a result.
  func oneLine(of name: String, _ value: any Value) -> String { step(of: name).flatMap { oneLines[$0.id] } ?? value.oneLine }

  /// Variables, sorted by name.
  public var variables: [(name: String, value: any Value)] {
    state.variables.map { (name: $0.key, value: $0.value.value) }.sorted { $0.name < $1.name }
  }

  /// The value of a variable; nil when there is none.
  public subscript(variable: String) -> (any Value)? { state.variables[variable]?.value }

  /// Names of the functions that the session declared, sorted.
  public var functionNames: [String] { state.functions.keys.sorted() }

  /// Functions of the modules in use, by the names that they are called by: `z.grade`.
  var moduleFunctionNames: [String] {
    state.modules.flatMap { alias, module in module.functions.keys.map { "\(alias).\($0)" } }.sorted()
  }

  /// The constants of the module that a script uses under this name; nil if it uses no such module.
  func moduleConstants(of alias: String) -> [(name: String, value: any Value)]? {
    guard state.variables[alias] == nil else { return nil }
    return state.modules[alias]?.constants.map { (name: $0.key, value: $0.value.value) }.sorted { $0.name < $1.name }
  }

  /// The step that made a variable, a result or `it` (`mask`, `_7`, `it`); nil for an unknown name or a literal.
  public func step(of name: String) -> Step? {
    if name == "it" { return state.it.flatMap { state.results.indices.contains($0 - 1) ? state.results[$0 - 1].step : nil } }
    if let number = ResultName.number(of: name) { return state.results.indices.contains(number - 1) ? state.results[number - 1].step : nil }
    return state.variables[name]?.step
  }

  /// Infers the type of a text's value without running it.
  /// - Parameter it: Type of `it`; nil uses the session's.
  /// - Returns: The type, nil when the last statement has no value, and the diagnostics of the check.
  public func type(of text: String, it: ValueType? = nil) -> (type: ValueType?, diagnostics: [Diagnostic]) {
    let tree = parse(SourceText(text))
    let checker = checker(tree.source)
    if let it { checker.implicit = ImplicitInput(it) }
    let report = checker.check(tree)
    return (report.resultType, report.diagnostics)
  }
}

extension String {
  var trimmingLineBreaks: String {
    var text = Substring(self)
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
