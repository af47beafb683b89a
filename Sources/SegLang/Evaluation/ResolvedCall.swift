/// A call as it ran: the command and its arguments in canonical order, each with where its value came from.
public struct ResolvedCall: Sendable {
  /// The command.
  public let signature: Signature
  /// The input; nil when the command was given none.
  let input: Source?
  /// The other arguments: by position first, then by name, those that the line left to their defaults included.
  let arguments: [Argument]
  /// The functions that the blocks call.
  let definitions: [String: RecordedBlock.Definition]

  /// An argument and the parameter that it fills.
  struct Argument: Sendable {
    /// Position of the parameter in the signature.
    let index: Int
    /// What is written before the `=`; nil for an argument by position.
    let label: String?
    let source: Source
  }

  /// Where the value of an argument came from.
  enum Source: Sendable {
    /// The line states it.
    case literal(any Value)
    /// The step's parent with this index made it.
    case parent(Int)
    case block([BlockPiece])
    /// The parameter's default.
    case standard
  }

  /// A piece of a block in canonical form.
  enum BlockPiece: Sendable {
    case text(String)
    /// The parent that made a variable from outside.
    case parent(Int)
    /// A call of a function that `definitions` holds.
    case function(String)
  }

  init(
    _ signature: Signature, input: Source? = nil, arguments: [Argument], definitions: [String: RecordedBlock.Definition] = [:]
  ) {
    self.signature = signature
    self.input = input
    self.arguments = arguments
    self.definitions = definitions
  }

  /// Whether the input came from a step, and so stands before the bar.
  var isPiped: Bool { if case .parent? = input { true } else { false } }

  func parameter(_ argument: Argument) -> Signature.Parameter { signature.parameters[argument.index] }

  /// The argument for a parameter; nil for the input, and where it was left out.
  func argument(_ name: String) -> Argument? { arguments.first { parameter($0).name == name } }

  /// The text of an argument that the line states or leaves to its default; nil for any other.
  func literal(_ argument: Argument) -> String? {
    switch argument.source {
    case .literal(let value): Canonical.asArgument(value)
    case .standard: parameter(argument).defaultLiteral
    case .parent, .block: nil
    }
  }

  /// The value of an argument that the line states or leaves to its default; nil for any other.
  func constant(_ argument: Argument) -> (any Value)? {
    switch argument.source {
    case .literal(let named as NamedValue): named.value
    case .literal(let value): value
    case .standard: parameter(argument).declaration.defaultValue
    case .parent, .block: nil
    }
  }
}

extension ResolvedCall {
  /// Parents that a block needs, in order.
  static func parents(of pieces: [BlockPiece]) -> [Int] {
    pieces.compactMap { if case .parent(let index) = $0 { index } else { nil } }
  }

  /// Parents that only the first argument needs are left out, in ascending order.
  var parentsBesidesFirstArgument: [Int] {
    var indices = Set<Int>()
    if case .parent(let index)? = input { indices.insert(index) }
    for argument in arguments.dropFirst() {
      switch argument.source {
      case .parent(let index): indices.insert(index)
      case .block(let pieces): indices.formUnion(Self.parents(of: pieces))
      case .literal, .standard: break
      }
    }
    return indices.sorted()
  }

  /// Parents that blocks need, once for each use.
  var captured: [Int] {
    arguments.flatMap { argument in if case .block(let pieces) = argument.source { Self.parents(of: pieces) } else { [Int]() } }
  }
}

extension [Step] {
  /// The position of a step, which is added when it is new.
  mutating func index(adding step: Step) -> Int {
    if let known = firstIndex(where: { $0 === step }) { return known }
    append(step)
    return count - 1
  }
}
