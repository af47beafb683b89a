import Synchronization

/// Where a value came from: a command or an expression, its arguments in canonical form, and the steps they came from. Together, steps are the lineage:
/// a graph that nothing changes, kept alive by the values that need it.
public final class Step: @unchecked Sendable {
  /// Later steps have higher numbers.
  public let id: Int
  /// The command's name; nil for an expression.
  public let command: String?
  /// The step as it would be written, parents left open.
  let pieces: [Piece]
  /// What the step made; nil for a command that only had an effect, and in a skeleton.
  public let value: (any Value)?
  /// Type of what the step made; nil for a command that only had an effect.
  public let resultType: (any Value.Type)?
  /// Whether the first parent stands before the bar.
  let isPiped: Bool
  /// The steps that this one was given, the piped one first.
  ///
  /// Guard of `@unchecked Sendable`: assigned in `init`, and taken apart only in `deinit`, when no one else holds the step.
  public private(set) var parents: [Step]
  /// The functions that the step's blocks call.
  let definitions: [String: RecordedBlock.Definition]

  enum Piece: Sendable {
    case text(String)
    /// The parent with this index.
    case parent(Int, Place)
    /// A call of a function that `definitions` holds.
    case function(String)
  }

  private static let count = Atomic<Int>(0)

  convenience init(
    command: String?, pieces: [Piece], parents: [Step], isPiped: Bool, value: (any Value)?,
    definitions: [String: RecordedBlock.Definition] = [:]
  ) {
    self.init(
      id: Self.count.add(1, ordering: .relaxed).newValue, command: command, pieces: pieces, parents: parents, isPiped: isPiped,
      value: value,
      resultType: value.map { type(of: $0) }, definitions: definitions)
  }

  private init(
    id: Int, command: String?, pieces: [Piece], parents: [Step], isPiped: Bool, value: (any Value)?, resultType: (any Value.Type)?,
    definitions: [String: RecordedBlock.Definition]
  ) {
    self.id = id
    self.command = command
    self.pieces = pieces
    self.parents = parents
    self.isPiped = isPiped
    self.value = value
    self.resultType = resultType
    self.definitions = definitions
  }

  /// The step and its ancestors without their values: enough to write them down, and nothing that holds pictures in memory.
  ///
  /// - Parameter known: Skeletons made before, by the step's number.
  func skeleton(_ known: inout [Int: Step]) -> Step {
    for step in ancestry where known[step.id] == nil {
      known[step.id] = Step(
        id: step.id, command: step.command, pieces: step.pieces, parents: step.parents.compactMap { known[$0.id] }, isPiped: step.isPiped,
        value: nil,
        resultType: step.resultType, definitions: step.definitions)
    }
    return known[id] ?? self
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

  /// Where a parent stands in the text of a step.
  public enum Place: Sendable {
    /// Before the bar, or all there is of a `print`.
    case piped
    /// An argument where a bare name will do.
    case word
    /// An argument that needs parentheses round a name.
    case argument
    /// Inside an expression.
    case operand
    /// Inside a block, which runs more than once: it has to have a name of its own.
    case captured
  }

  /// The step as it would be written, with a text for each parent: `_1 | threshold 3 method=otsu`.
  /// - Parameter function: what a function that the step calls is named.
  public func written(_ name: (Step, Place) -> String, function: (String) -> String = { $0 }) -> String {
    var result = isPiped && !parents.isEmpty ? name(parents[0], .piped) + " | " : ""
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .function(let name): result += function(name)
      case .parent(let index, let place): if parents.indices.contains(index) { result += name(parents[index], place) }
      }
    }
    return result
  }

  /// The nearest value that is, or converts to, a type: breadth first through the parents, exact types before conversions at each distance.
  static func nearest(_ type: ValueType, from starts: [Step]) -> (value: any Value, step: Step)? {
    var seen = Set<Int>()
    var level = starts
    while !level.isEmpty {
      for wanted in [ValueType.Fit.exact, .converted] {
        for step in level {
          if let value = step.value, Swift.type(of: value).valueType.fit(type) == wanted { return (value, step) }
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

  /// The step and everything it was made from, oldest first.
  public var ancestry: [Step] {
    var found: [Int: Step] = [:]
    var open = [self]
    while let step = open.popLast() {
      if found.updateValue(step, forKey: step.id) == nil { open += step.parents }
    }
    return found.values.sorted { $0.id < $1.id }
  }
}
