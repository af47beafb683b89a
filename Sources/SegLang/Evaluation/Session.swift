import Synchronization

/// A conversation with the language: lines are checked, run and remembered; results are numbered; steps can be taken back.
///
/// Not thread-safe: one line at a time. Stop a running line through the host's `isCancelled`.
public final class Session {
  public let registry: Registry
  public let mode: Mode
  public var host: Host
  /// Whether `expect` is looked at, as a test of scripts does; a run steps over it.
  public var testsExpectations = false
  /// How long a line may go on after the user asked to stop before it is left behind; nil waits for its end. See ``LineThread``.
  public var patience: Duration?
  /// What steps made, in a line each, for what asks again; by the steps' numbers.
  private var oneLines: [Int: String] = [:]
  /// Where `use` finds its files.
  public var modules = ModuleLoader.files()
  private var state = State()
  private var done: [Entry] = []
  private var undone: [Entry] = []

  /// A line that ran.
  private struct Entry {
    let line: String
    let before: State
    let after: State
    let steps: [Step]

    /// The files that the line wrote.
    var files: [String] { steps.flatMap(\.files).filter { $0.role == .output }.map(\.name) }
  }

  public init(registry: Registry, host: Host = Host(), mode: Mode = .prompt) {
    self.registry = registry
    self.host = host
    self.mode = mode
  }

  /// A result that a statement ended in.
  public struct Result: Sendable {
    /// 7 for `_7`; 0 in a script, whose results have no numbers.
    public let number: Int
    /// The variable it was given to.
    public let name: String?
    public let value: any Value
    /// What was told while the line still ran, since that may take a while for a large picture.
    var told: Evaluator.Description?
    public var oneLine: String { told?.oneLine ?? value.oneLine }
    /// What stands below the one line.
    public var details: [String] { told?.details ?? value.details }
    /// A small drawing of it, for a terminal; see `Host.illustrate`.
    public var picture: String? { told?.picture }
    public var typeName: String { Swift.type(of: value).typeName }
    public var isPictureLike: Bool { Swift.type(of: value).isPictureLike }
    /// "mask = _7 Mask 867,630 px"
    public var line: String { (name.map { "\($0) = " } ?? "") + (number > 0 ? "_\(number) " : "") + "\(typeName) \(oneLine)" }
  }

  /// What became of a text.
  public struct Outcome: Sendable {
    /// How many cases of a batch failed while the others went on; each is a warning among the diagnostics.
    public var casesLeftOut = 0
    /// Empty of errors when everything ran.
    public let diagnostics: [Diagnostic]
    public let results: [Result]
    /// The value of the last statement that has one.
    public var last: (any Value)? { results.last?.value }
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
    public var wasCancelled: Bool { diagnostics.contains { $0.problem == .cancelled } }
    /// Whether nothing ran because the text did not pass the check.
    public let failedCheck: Bool
    /// What `expect` statements found, when `testsExpectations` is on.
    public var expectationsMet = 0
    public var unmetExpectations: [Diagnostic] = []
  }

  /// Whether a prompt should read another line before running the text.
  public func isIncomplete(_ text: String) -> Bool { parse(SourceText(text)).isIncomplete }

  func parse(_ source: SourceText) -> SyntaxTree {
    SyntaxTree(parsing: source, using: modules, isCommand: isCallable)
  }

  private func isCallable(_ name: String) -> Bool {
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
      it: state.it.flatMap { self.result($0) }.map { Swift.type(of: $0).valueType })
    checker.modules = state.modules.mapValues(\.face)
    return checker
  }

  /// Checks a text and, when nothing is wrong, runs it. When it fails or is stopped, all values are as they were.
  ///
  /// - Parameters:
  ///   - name: What errors call the text; nil at the prompt.
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
        try evaluator.run(tree)
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
      done.append(Entry(line: canonicalLine(tree, evaluator.finished, before: before), before: before, after: state, steps: steps))
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
    let told = NotesTold()
    let note = host.note
    var once = host
    once.note = { if told.isNew($0) { note($0) } }
    return once
  }

  private final class NotesTold: Sendable {
    private let notes = Mutex(Set<String>())
    func isNew(_ note: String) -> Bool { notes.withLock { $0.insert(note).inserted } }
  }

  /// Gives a variable a value without a line.
  func give(_ item: Item, to variable: String) { state.variables[variable] = item }

  // MARK: What there is

  /// The value of `_n`.
  public func result(_ number: Int) -> (any Value)? {
    state.results.indices.contains(number - 1) ? state.results[number - 1].value : nil
  }

  /// The last picture-like result.
  public var it: (number: Int, value: any Value)? {
    state.it.flatMap { number in result(number).map { (number, $0) } }
  }

  /// The value of a variable, a result or `it` in one line, told before where it was a result.
  func oneLine(of name: String, _ value: any Value) -> String { step(of: name).flatMap { oneLines[$0.id] } ?? value.oneLine }

  /// Variables in the order of their names.
  public var variables: [(name: String, value: any Value)] {
    state.variables.map { (name: $0.key, value: $0.value.value) }.sorted { $0.name < $1.name }
  }

  public subscript(variable: String) -> (any Value)? { state.variables[variable]?.value }

  public var functionNames: [String] { state.functions.keys.sorted() }

  /// The step that made a variable or result (`mask`, `_7`, `it`); nil when there is none.
  public func step(of name: String) -> Step? {
    if name == "it" { return state.it.flatMap { state.results.indices.contains($0 - 1) ? state.results[$0 - 1].step : nil } }
    if let number = ResultName.number(of: name) { return state.results.indices.contains(number - 1) ? state.results[number - 1].step : nil }
    return state.variables[name]?.step
  }

  /// The type of a text's value without running it.
  /// - Parameter it: what `it` is, where that is not the last picture.
  public func type(of text: String, it: ValueType? = nil) -> (type: ValueType?, diagnostics: [Diagnostic]) {
    let tree = parse(SourceText(text))
    let checker = checker(tree.source)
    if let it { checker.it = it }
    let report = checker.check(tree)
    return (report.resultType, report.diagnostics)
  }

  // MARK: Taking back

  /// The lines that ran and were not taken back, in canonical form.
  public var history: [String] { done.map(\.line) }

  /// The lines that ran and were not taken back, each with what it made and what that was made from: the lineage as a graph.
  public var historyGraph: [HistoryLine] {
    let names = names(in: state)
    return done.map { entry in
      HistoryLine(
        line: entry.line,
        made: entry.steps.compactMap { step in
          guard let type = step.resultType else { return nil }
          let number = state.results.firstIndex { $0.step === step }.map { "_\($0 + 1)" }
          let variables = state.variables.filter { $0.value.step === step }.map(\.key).sorted()
          return HistoryLine.Made(
            names: variables + (number.map { [$0] } ?? []), typeName: type.typeName,
            parents: step.ancestry(upTo: { names[$0.id] != nil }).compactMap { names[$0.id] })
        }, files: entry.files)
    }
  }

  /// Takes the last line back and says what that changes; nil when there is none.
  public func undo() -> String? {
    guard let entry = done.popLast() else { return nil }
    undone.append(entry)
    state = entry.before
    let files = entry.files
    let left =
      files.isEmpty
      ? "" : "\n  \(files.joined(separator: ", ")) \(files.count == 1 ? "stays" : "stay") as written; delete by hand what is not wanted"
    return "undone: \(entry.line)" + changes(from: entry.after, to: entry.before) + left
  }

  /// Does the line again that was taken back last; nil when there is none.
  public func redo() -> String? {
    guard let entry = undone.popLast() else { return nil }
    done.append(entry)
    state = entry.after
    let files = entry.files
    let left = files.isEmpty ? "" : "\n  \(files.joined(separator: ", ")) \(files.count == 1 ? "is" : "are") not written again"
    return "redone: \(entry.line)" + changes(from: entry.before, to: entry.after) + left
  }

  private func changes(from old: State, to new: State) -> String {
    var parts: [String] = []
    for name in Set(old.variables.keys).union(new.variables.keys).sorted() {
      let (before, after) = (old.variables[name], new.variables[name])
      guard let after else {
        parts.append("\(name) is gone")
        continue
      }
      if let before, before.step === after.step, before.step != nil || before.value.oneLine == after.value.oneLine { continue }
      let was = before.map { $0.value.oneLine == after.value.oneLine ? "" : " (was \($0.value.oneLine))" } ?? ""
      parts.append("\(name) is \(Swift.type(of: after.value).typeName) \(after.value.oneLine)\(was)")
    }
    let (fewer, more) = (min(old.results.count, new.results.count), max(old.results.count, new.results.count))
    if fewer < more {
      let numbers = more - fewer == 1 ? "_\(more) is" : "_\(fewer + 1) to _\(more) are"
      parts.append("\(numbers) \(new.results.count < old.results.count ? "gone" : "there")")
    }
    for name in Set(old.functions.keys).symmetricDifference(new.functions.keys).sorted() {
      parts.append(new.functions[name] == nil ? "\(name) is gone" : "\(name) is there")
    }
    if old.it != new.it { parts.append(new.it.map { "it = _\($0)" } ?? "it is nothing") }
    return parts.isEmpty ? "" : "\n  " + parts.joined(separator: "; ")
  }

  // MARK: Recording

  private func canonicalLine(_ tree: SyntaxTree, _ finished: [Evaluator.Finished], before: State) -> String {
    let isStraight = tree.statements.allSatisfy { statement in
      switch statement.kind {
      case .assignment, .pipeline, .print: true
      default: false
      }
    }
    guard isStraight else {
      var formatter = Formatter(registry: registry)
      formatter.functions = state.functions
      return formatter.format(tree, isCommand: isCallable).trimmingLineBreaks
    }
    let known = names(in: before)
    let all = names(in: state)
    return finished.map { finished in
      let prefix = finished.name.map { "\($0) = " } ?? ""
      guard let step = finished.step else { return prefix + (finished.value.map { Canonical.inExpression($0) } ?? "") }
      if let name = known[step.id] { return prefix + name }
      return prefix + ScriptWriter.text(of: step, names: all.filter { $0.key != step.id })
    }.joined(separator: "; ")
  }

  /// What steps are called: their variable, else their number.
  private func names(in state: State) -> [Int: String] {
    var names: [Int: String] = [:]
    for (index, item) in state.results.enumerated() {
      if let step = item.step { names[step.id] = "_\(index + 1)" }
    }
    for (name, item) in state.variables {
      if let step = item.step { names[step.id] = name }
    }
    return names
  }

  /// The session as a script that `check --strict` accepts and that makes the same values again, bit for bit.
  ///
  /// - Parameter why: Only the steps that this variable or result needs (`mask`, `_7`, `score.percent`); nil: all that were not taken back.
  /// - Returns: Nil when `why` names nothing that was made.
  public func script(why: String? = nil) -> String? {
    var names: [(name: String, step: Step)] = state.variables.compactMap { name, item in item.step.map { (name: name, step: $0) } }
    names.sort { $0.name < $1.name }
    guard let why else { return ScriptWriter(registry: registry).script(done.flatMap(\.steps), variables: names) }
    guard let step = step(of: String(why.prefix { $0 != "." })) else { return nil }
    return ScriptWriter(registry: registry).script([step], variables: names)
  }
}

/// A line of a session's history and its place in the lineage.
public struct HistoryLine: Sendable, Equatable {
  /// In canonical form.
  public let line: String
  public let made: [Made]
  /// The files that the line wrote.
  public let files: [String]

  /// A value that the line made.
  public struct Made: Sendable, Equatable {
    /// Variables that hold it and its number: `mask`, `_3`.
    public let names: [String]
    public let typeName: String
    /// The nearest values with names that it was made from.
    public let parents: [String]
  }
}

extension String {
  var trimmingLineBreaks: String {
    var text = Substring(self)
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }
}
