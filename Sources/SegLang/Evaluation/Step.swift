import Synchronization

/// A node of the lineage: a command or an expression, its arguments in canonical form, and the steps that made them.
///
/// Together, steps form an immutable acyclic graph, kept alive by the values that need it.
public final class Step: @unchecked Sendable {
  /// Number of the step; later steps have higher numbers.
  public let id: Int
  /// The command's name; nil for an expression.
  public var command: String? { call?.signature.name }
  /// What the step did.
  let action: Action
  /// Value that the step made; nil for a command that only has a side effect, and when the value was not kept.
  public let value: (any Value)?
  /// Type of the value that the step made; nil for a command that only has a side effect.
  public let resultType: (any Value.Type)?
  /// Steps that made the inputs, the piped one first.
  ///
  /// Guard of `@unchecked Sendable`: assigned in `init`, and taken apart only in `deinit`, when no one else holds the step.
  public private(set) var parents: [Step]
  /// What else is known of the run: files read, notes, what open parameters came to.
  let entries: StepLog.Entries

  /// The files that the command read or wrote.
  public var files: [StepFile] { entries.files }
  /// Notes of the command, such as "2mm -> 14 px (detector plane)".
  public var notes: [String] { entries.notes }
  /// Values of parameters that the line does not state, as literals.
  public var resolved: [(parameter: String, literal: String)] { entries.resolved }

  /// What a step did.
  enum Action: Sendable {
    case call(ResolvedCall)
    case expression(RecordedExpression)
    /// `print` or `log`; the value where no step made it, else the first parent is printed.
    case print((any Value)?, isLog: Bool)
  }

  /// The call that the step ran; nil for an expression.
  public var call: ResolvedCall? { if case .call(let call) = action { call } else { nil } }

  /// The functions that the step's blocks call.
  var definitions: [String: RecordedBlock.Definition] { call?.definitions ?? [:] }

  private static let count = Atomic<Int>(0)

  convenience init(_ action: Action, parents: [Step], value: (any Value)?, entries: StepLog.Entries = StepLog.Entries()) {
    self.init(
      id: Self.count.add(1, ordering: .relaxed).newValue, action: action, parents: parents, value: value,
      resultType: value.map { type(of: $0) }, entries: entries)
  }

  private init(
    id: Int, action: Action, parents: [Step], value: (any Value)?, resultType: (any Value.Type)?, entries: StepLog.Entries
  ) {
    self.id = id
    self.action = action
    self.parents = parents
    self.value = value
    self.resultType = resultType
    self.entries = entries
  }

  /// Makes the step of a command that reads one file: `load p01.png spacing=0.3mm`.
  ///
  /// - Parameters:
  ///   - file: The command's first argument.
  ///   - command: Signature of the command.
  ///   - options: Options by name; those without a value are left out.
  ///   - value: Value that the command returned.
  public static func reading(_ file: StepFile, by command: Signature, options: [String: (any Value)?] = [:], value: any Value) -> Step {
    let arguments = command.parameters.enumerated().compactMap { index, parameter -> ResolvedCall.Argument? in
      if parameter.name == command.positional.first?.name {
        return ResolvedCall.Argument(index: index, label: nil, source: .literal(Path(file.name)))
      }
      guard let option = options[parameter.name], let value = option else { return nil }
      return ResolvedCall.Argument(index: index, label: parameter.name, source: .literal(value))
    }
    var entries = StepLog.Entries()
    entries.files = [file]
    return Step(.call(ResolvedCall(command, arguments: arguments)), parents: [], value: value, entries: entries)
  }

  /// The step and its ancestors without their values: enough to write them down, and nothing that holds images in memory.
  ///
  /// - Parameter known: Skeletons made before, by the step's number.
  func skeleton(_ known: inout [Int: Step]) -> Step {
    for step in ancestry where known[step.id] == nil {
      known[step.id] = Step(
        id: step.id, action: step.action, parents: step.parents.compactMap { known[$0.id] }, value: nil, resultType: step.resultType,
        entries: step.entries)
    }
    return known[id] ?? self
  }

  /// The step with its value, and its ancestors without theirs.
  func lightened(_ known: inout [Int: Step]) -> Step {
    Step(
      id: id, action: action, parents: parents.map { $0.skeleton(&known) }, value: value, resultType: resultType, entries: entries)
  }

  /// Long chains are let go one by one, since the stack would not hold a release inside a release.
  deinit {
    var open = parents
    parents = []
    while var last = open.popLast() {
      if isKnownUniquelyReferenced(&last) {
        open += last.parents
        last.parents = []
      }
    }
  }

  /// Position of a parent in the text of a step.
  public enum Place: Sendable {
    /// Before the `|`, or the operand of `print`.
    case piped
    /// An argument that can be a bare name.
    case word
    /// An argument in which a name needs parentheses.
    case argument
    /// Inside an expression.
    case operand
    /// Inside a block, which may run more than once: the parent needs a name.
    case captured
  }

  /// The step as source text, with a text for each parent: `_1 | threshold 3 method=otsu`.
  ///
  /// - Parameters:
  ///   - name: Text for a parent at a position.
  ///   - function: Name of a function that the step calls.
  public func written(_ name: @escaping (Step, Place) -> String, function: @escaping (String) -> String = { $0 }) -> String {
    StepPrinter(step: self, name: name, function: function).print()
  }

  /// The parents that the step needs where its first argument is written down.
  var parentsBesidesFirstArgument: [Step] {
    guard let call else { return parents }
    return call.parentsBesidesFirstArgument.compactMap { parents.indices.contains($0) ? parents[$0] : nil }
  }

  /// The step as one line.
  /// - Parameter name: Name of a parent; nil writes the parent inside the line.
  public func line(_ name: @escaping (Step) -> String?) -> String { line(name, depth: 0) }

  /// The step as one line, with another name for the file or files in its first argument.
  /// - Parameter parent: Name of a parent; nil writes `…`.
  public func line(callingInput name: String, _ parent: @escaping (Step) -> String? = { _ in nil }) -> String {
    StepPrinter(
      step: self, name: { step, place in parent(step).map { place == .argument ? "(\($0))" : $0 } ?? "…" },
      change: (0, Path(name).literal ?? "…")
    ).print()
  }

  private func line(_ name: @escaping (Step) -> String?, depth: Int) -> String {
    if let file = inputFile { return line(callingInput: file.name, name) }
    return written { parent, place in
      if let name = name(parent) { return place == .argument ? "(\(name))" : name }
      guard depth < 32 else { return "…" }
      let inner = parent.line(name, depth: depth + 1)
      return place == .piped ? inner : "(\(inner))"
    }
  }

  /// The step whose value was piped into the command; nil when nothing was piped.
  public var pipedStep: Step? { call?.isPiped == true ? parents.first : nil }

  /// What the step's command does besides computing its result; none for an expression.
  public var traits: CommandTraits { call?.signature.command.traits ?? [] }

  /// Whether the step is a call of a command.
  public func calls(_ command: any Command.Type) -> Bool { call.map { $0.signature.command == command } ?? false }

  /// The step that made the value of a parameter other than the input; nil when the line states the value, or leaves it out.
  public func step(of parameter: String) -> Step? {
    guard case .parent(let index)? = call?.argument(parameter)?.source, parents.indices.contains(index) else { return nil }
    return parents[index]
  }

  /// The value of a parameter other than the input that the line states, defaults included; nil when a step made it or it is missing.
  public func constant(of parameter: String) -> (any Value)? {
    call.flatMap { call in call.argument(parameter).flatMap { call.constant($0) } }
  }

  /// The step and its ancestors, depth first, with the first input of each step first: the main line of processing comes before auxiliary
  /// inputs.
  public var originsInOrder: [Step] {
    var found: [Step] = []
    var seen = Set<Int>()
    var open = [self]
    while let step = open.popLast() {
      guard seen.insert(step.id).inserted else { continue }
      found.append(step)
      open += step.parents.reversed()
    }
    return found
  }

  /// Files that a command listed by its first argument, to be read later; empty for other steps.
  public var listedInputs: [StepFile] { command == nil ? [] : files.filter { $0.role == .input && !$0.isArgument } }

  /// File that a command read by its first argument; nil for other steps.
  public var inputFile: StepFile? { command == nil ? nil : files.first { $0.role == .input && $0.isArgument } }

  /// The nearest value that is, or converts to, a type: breadth first through the parents, exact types before conversions at each distance.
  static func nearest(
    _ type: ValueType, from starts: [Step], where isWanted: (any Value.Type) -> Bool = { _ in true }
  ) -> (value: any Value, step: Step)? {
    var seen = Set<Int>()
    var level = starts
    while !level.isEmpty {
      for wanted in [ValueType.Fit.exact, .converted] {
        for step in level {
          guard let value = step.value, isWanted(Swift.type(of: value)) else { continue }
          if Swift.type(of: value).valueType.fit(type) == wanted { return (value, step) }
        }
      }
      var next: [Step] = []
      for step in level {
        for parent in step.parents where seen.insert(parent.id).inserted { next.append(parent) }
      }
      level = next
    }
    return nil
  }

  /// The nearest ancestors for which the predicate holds, oldest first.
  public func ancestry(upTo isEnd: (Step) -> Bool) -> [Step] {
    var found: [Step] = []
    var seen = Set<Int>()
    var open = parents
    while let step = open.popLast() {
      guard seen.insert(step.id).inserted else { continue }
      if isEnd(step) { found.append(step) } else { open += step.parents }
    }
    return found.sorted { $0.id < $1.id }
  }

  /// The step and all its ancestors, oldest first.
  /// - Complexity: O(n log n) for n steps.
  public var ancestry: [Step] {
    var found: [Int: Step] = [:]
    var open = [self]
    while let step = open.popLast() {
      if found.updateValue(step, forKey: step.id) == nil { open += step.parents }
    }
    return found.values.sorted { $0.id < $1.id }
  }
}
