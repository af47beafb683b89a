import Synchronization

/// A node of the lineage: a command or an expression, its arguments in canonical form, and the steps that made them.
///
/// Together, steps form an immutable acyclic graph, kept alive by the values that need it.
public final class Step: @unchecked Sendable {
  /// Number of the step; later steps have higher numbers.
  public let id: Int
  /// The command's name; nil for an expression.
  public let command: String?
  /// The step as it would be written, parents left open.
  let pieces: [Piece]
  /// Value that the step made; nil for a command that only has a side effect, and when the value was not kept.
  public let value: (any Value)?
  /// Type of the value that the step made; nil for a command that only has a side effect.
  public let resultType: (any Value.Type)?
  /// Whether the first parent stands before the bar.
  let isPiped: Bool
  /// Steps that made the inputs, the piped one first.
  ///
  /// Guard of `@unchecked Sendable`: assigned in `init`, and taken apart only in `deinit`, when no one else holds the step.
  public private(set) var parents: [Step]
  /// The functions that the step's blocks call.
  let definitions: [String: RecordedBlock.Definition]
  /// What else is known of the run: files read, notes, what open parameters came to.
  let entries: StepLog.Entries

  /// The files that the command read or wrote.
  public var files: [StepFile] { entries.files }
  /// Notes of the command, such as "2mm -> 14 px (detector plane)".
  public var notes: [String] { entries.notes }
  /// Values of parameters that the line does not state, as literals.
  public var resolved: [(parameter: String, literal: String)] { entries.resolved }

  enum Piece: Sendable {
    case text(String)
    /// A literal; the parameter is nil in an expression.
    case literal(String, parameter: String?)
    /// The parent with this index.
    case parent(Int, Place)
    /// A call of a function that `definitions` holds.
    case function(String)
  }

  private static let count = Atomic<Int>(0)

  convenience init(
    command: String?, pieces: [Piece], parents: [Step], isPiped: Bool, value: (any Value)?,
    definitions: [String: RecordedBlock.Definition] = [:], entries: StepLog.Entries = StepLog.Entries()
  ) {
    self.init(
      id: Self.count.add(1, ordering: .relaxed).newValue, command: command, pieces: pieces, parents: parents, isPiped: isPiped,
      value: value, resultType: value.map { type(of: $0) }, definitions: definitions, entries: entries)
  }

  private init(
    id: Int, command: String?, pieces: [Piece], parents: [Step], isPiped: Bool, value: (any Value)?, resultType: (any Value.Type)?,
    definitions: [String: RecordedBlock.Definition], entries: StepLog.Entries
  ) {
    self.entries = entries
    self.id = id
    self.command = command
    self.pieces = pieces
    self.parents = parents
    self.isPiped = isPiped
    self.value = value
    self.resultType = resultType
    self.definitions = definitions
  }

  /// Makes the step of a command that reads one file: `load p01.png spacing=0.3mm`.
  ///
  /// - Parameters:
  ///   - file: The command's first argument.
  ///   - command: Name of the command.
  ///   - options: Options as names and literals.
  ///   - value: Value that the command returned.
  public static func reading(_ file: StepFile, by command: String, options: [(name: String, literal: String)] = [], value: any Value)
    -> Step
  {
    let path = Path(file.name).literal ?? Quoting.quoted(file.name)
    let pieces: [Piece] = [.text(command + " "), .literal(path, parameter: nil)]
    let rest = options.flatMap { [Piece.text(" \($0.name)="), .literal($0.literal, parameter: $0.name)] }
    var entries = StepLog.Entries()
    entries.files = [file]
    return Step(command: command, pieces: pieces + rest, parents: [], isPiped: false, value: value, entries: entries)
  }

  /// The step and its ancestors without their values: enough to write them down, and nothing that holds images in memory.
  ///
  /// - Parameter known: Skeletons made before, by the step's number.
  func skeleton(_ known: inout [Int: Step]) -> Step {
    for step in ancestry where known[step.id] == nil {
      known[step.id] = Step(
        id: step.id, command: step.command, pieces: step.pieces, parents: step.parents.compactMap { known[$0.id] }, isPiped: step.isPiped,
        value: nil, resultType: step.resultType, definitions: step.definitions, entries: step.entries)
    }
    return known[id] ?? self
  }

  /// The step with its value, and its ancestors without theirs.
  func lightened(_ known: inout [Int: Step]) -> Step {
    Step(
      id: id, command: command, pieces: pieces, parents: parents.map { $0.skeleton(&known) }, isPiped: isPiped, value: value,
      resultType: resultType, definitions: definitions, entries: entries)
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
  public func written(_ name: (Step, Place) -> String, function: (String) -> String = { $0 }) -> String {
    written(changing: nil, folding: { _ in nil }, name, function: function)
  }

  /// As `written`.
  ///
  /// - Parameters:
  ///   - change: Another text for one of the pieces.
  ///   - fold: A literal in place of a parent with the properties that are asked of it; nil: as it stands.
  func written(
    changing change: (piece: Int, text: String)? = nil, folding fold: (Operand) -> String? = { _ in nil }, _ name: (Step, Place) -> String,
    function: (String) -> String = { $0 }
  ) -> String {
    var result = isPiped && !parents.isEmpty ? name(parents[0], .piped) + " | " : ""
    var folded = 0
    for (index, piece) in pieces.enumerated() {
      if let change, change.piece == index {
        result += change.text
        continue
      }
      switch piece {
      case .text(let text):
        result += text.dropFirst(folded)
      case .literal(let text, _): result += text
      case .function(let name): result += function(name)
      case .parent(let parent, let place):
        guard parents.indices.contains(parent) else { continue }
        let operand = operand(at: index, parent)
        if let literal = fold(operand) {
          result += literal
          folded = operand.properties.reduce(0) { $0 + $1.count + 1 }
          continue
        }
        result += name(parents[parent], place)
      }
      folded = 0
    }
    return result
  }

  /// The piece that is the command's first argument.
  private var firstArgument: Int? { pieces.firstIndex { if case .text = $0 { false } else { true } } }

  /// The step as it would be written with another first argument: a `load` with another file.
  func written(
    firstArgument literal: String, folding fold: (Operand) -> String? = { _ in nil }, _ name: (Step, Place) -> String,
    function: (String) -> String = { $0 }
  ) -> String {
    written(changing: firstArgument.map { ($0, literal) }, folding: fold, name, function: function)
  }

  /// The parents that the step needs where its first argument is written down.
  var parentsBesidesFirstArgument: [Step] {
    let first = firstArgument
    var indices = Set(isPiped ? [0] : [])
    for (index, piece) in pieces.enumerated() where index != first {
      if case .parent(let parent, _) = piece { indices.insert(parent) }
    }
    return indices.sorted().compactMap { parents.indices.contains($0) ? parents[$0] : nil }
  }

  /// The step as one line.
  /// - Parameter name: Name of a parent; nil writes the parent inside the line.
  public func line(_ name: (Step) -> String?) -> String { line(name, depth: 0) }

  /// The step as one line, with another name for the file or files in its first argument.
  /// - Parameter parent: Name of a parent; nil writes `…`.
  public func line(callingInput name: String, _ parent: (Step) -> String? = { _ in nil }) -> String {
    written(firstArgument: Path(name).literal ?? "…") { step, place in
      parent(step).map { place == .argument ? "(\($0))" : $0 } ?? "…"
    }
  }

  private func line(_ name: (Step) -> String?, depth: Int) -> String {
    if let file = inputFile { return line(callingInput: file.name, name) }
    return written { parent, place in
      if let name = name(parent) { return place == .argument ? "(\(name))" : name }
      guard depth < 32 else { return "…" }
      let inner = parent.line(name, depth: depth + 1)
      return place == .piped ? inner : "(\(inner))"
    }
  }

  /// The step whose value was piped into the command; nil when nothing was piped.
  public var pipedStep: Step? { isPiped ? parents.first : nil }

  /// The step that made an option's value; nil when the option is a literal or missing.
  public func step(ofOption name: String) -> Step? {
    for (before, piece) in zip(pieces, pieces.dropFirst()) {
      if case .text(let text) = before, text.hasSuffix(" \(name)="), case .parent(let index, _) = piece, parents.indices.contains(index) {
        return parents[index]
      }
    }
    return nil
  }

  /// The literal value of a parameter, defaults included; nil when a step made it or the parameter is missing.
  public func literal(of parameter: String) -> String? {
    for case .literal(let text, let name) in pieces where name == parameter { return text }
    return nil
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
