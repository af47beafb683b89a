extension Session {
  // MARK: Taking back

  /// Lines that ran and were not undone, in canonical form.
  public var history: [String] { done.map(\.line) }

  /// Whether the last line of the history calls a command that writes its input to a file.
  public var lastLineKeepsInput: Bool { done.last?.keepsInput ?? false }

  /// Lines that can be undone, in canonical form; lines that only show something are skipped.
  public var undoable: [String] { done.filter { !$0.onlyShows }.map(\.line) }

  /// The last 20 lines that can be undone, the last one first, a line each; or that there is none.
  public var undoListing: String {
    let lines = undoable.reversed()
    return lines.isEmpty ? "nothing to undo\n" : lines.prefix(20).map { "  \($0)\n" }.joined()
  }

  /// Lines that ran and were not undone, each with the values that it made and their parents: the lineage as a graph.
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
            names: variables + (number.map { [$0] } ?? []), typeName: type.typeName, command: step.command,
            parents: step.ancestry(upTo: { names[$0.id] != nil }).compactMap { names[$0.id] })
        }, files: entry.files)
    }
  }

  /// Undoes the last line that made a value, declared something or wrote a file, together with the lines after it. Written files are not
  /// deleted.
  /// - Returns: A description of the changes; nil when there is nothing to undo.
  public func undo() -> String? {
    guard let entry = takeBack() else { return nil }
    let files = entry.files
    let left =
      files.isEmpty
      ? "" : "\n  \(files.joined(separator: ", ")) \(files.count == 1 ? "is" : "are") not deleted; delete unwanted files yourself"
    return "undone: \(entry.line)" + changes(from: entry.after, to: entry.before) + left
  }

  /// Redoes the lines that were undone last, without running them again.
  /// - Returns: A description of the changes; nil when there is nothing to redo.
  public func redo() -> String? {
    guard let entry = doAgain() else { return nil }
    let files = entry.files
    let left = files.isEmpty ? "" : "\n  \(files.joined(separator: ", ")) \(files.count == 1 ? "was" : "were") not written again"
    return "redone: \(entry.line)" + changes(from: entry.before, to: entry.after) + left
  }

  private func changes(from old: State, to new: State) -> String {
    var parts: [String] = []
    for name in Set(old.variables.keys).union(new.variables.keys).sorted() {
      let (before, after) = (old.variables[name], new.variables[name])
      guard let after else {
        parts.append("\(name) removed")
        continue
      }
      if let before, before.step === after.step, before.step != nil || before.value.oneLine == after.value.oneLine { continue }
      let was = before.map { $0.value.oneLine == after.value.oneLine ? "" : " (was \($0.value.oneLine))" } ?? ""
      parts.append("\(name) is \(Swift.type(of: after.value).typeName) \(after.value.oneLine)\(was)")
    }
    let (fewer, more) = (min(old.results.count, new.results.count), max(old.results.count, new.results.count))
    if fewer < more {
      let numbers = more - fewer == 1 ? "_\(more)" : "_\(fewer + 1) to _\(more)"
      parts.append("\(numbers) \(new.results.count < old.results.count ? "removed" : "restored")")
    }
    for name in Set(old.functions.keys).symmetricDifference(new.functions.keys).sorted() {
      parts.append(new.functions[name] == nil ? "\(name) removed" : "\(name) restored")
    }
    if old.it != new.it { parts.append(new.it.map { "it = _\($0)" } ?? "it has no value") }
    return parts.isEmpty ? "" : "\n  " + parts.joined(separator: "; ")
  }

  // MARK: Recording

  func canonicalLine(_ tree: SyntaxTree, _ finished: [Evaluator.Finished], before: State) -> String {
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

  /// The session as a script that `check --strict` accepts and that reproduces the values, bit for bit.
  ///
  /// - Parameters:
  ///   - why: Variable or result whose steps are written (`mask`, `_7`, `score.percent`); nil for all steps that were not undone.
  ///   - prints: Whether the script prints the results that the session showed, except images and lists of files.
  /// - Returns: Nil when `why` names no recorded value.
  public func script(why: String? = nil, prints: Bool = false) -> String? {
    var names: [(name: String, step: Step)] = state.variables.compactMap { name, item in item.step.map { (name: name, step: $0) } }
    names.sort { $0.name < $1.name }
    var writer = ScriptWriter(registry: registry)
    if prints {
      let shown = Set(state.results.compactMap { $0.step?.id })
      writer.prints = { step in shown.contains(step.id) && step.listedInputs.isEmpty && step.resultType.map { !$0.isImageLike } ?? false }
    }
    guard let why else { return writer.script(done.flatMap(\.steps), variables: names) }
    guard let step = step(of: String(why.prefix { $0 != "." })) else { return nil }
    return writer.script([step], variables: names)
  }
}

/// A line of a session's history and its place in the lineage.
public struct HistoryLine: Sendable, Equatable {
  /// The line in canonical form.
  public let line: String
  /// Values that the line made.
  public let made: [Made]
  /// The files that the line wrote.
  public let files: [String]

  /// A value that the line made.
  public struct Made: Sendable, Equatable {
    /// Variables that hold the value, and its number: `mask`, `_3`.
    public let names: [String]
    /// Type of the value in the language.
    public let typeName: String
    /// Command that made the value; nil for an expression.
    public let command: String?
    /// Names of the nearest ancestors that have one.
    public let parents: [String]
  }
}
