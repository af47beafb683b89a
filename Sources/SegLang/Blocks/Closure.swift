/// A block that is an argument, with the values that it uses from outside as they were when the line ran: `{ it | morph-open radius=r }`.
public struct Closure: Value {
  let code: Code

  /// What is the same for every copy of the closure.
  final class Code: Sendable {
    let block: Block
    let source: SourceText
    /// Variables from outside that the block uses.
    let captured: [String: Item]
    /// The module that the block stands in; nil for the text's own.
    let unit: ModuleValues?
    /// The block as it is recorded.
    let text: RecordedBlock

    init(block: Block, source: SourceText, captured: [String: Item], unit: ModuleValues?, text: RecordedBlock) {
      self.block = block
      self.source = source
      self.captured = captured
      self.unit = unit
      self.text = text
    }
  }

  public static let typeName = "Block"
  public static let typeHelp = "A block of statements in braces that a command runs; `it` is its input."
  public static var literalHint: String? { "a block such as { it | segment }" }
  public var oneLine: String { code.text.plain }
  /// Whether the block has an effect alone, so that it has no value even where it is never called.
  public var givesNothing: Bool { code.text.givesNothing }
  public var json: JSONValue { .string(oneLine) }
}

/// A value and the step that made it.
public struct Traced: Bindable {
  public let value: any Value
  /// Nil for a value that the text itself says, such as `3`.
  public let step: Step?

  public init(_ value: any Value, step: Step?) {
    self.value = value
    self.step = step
  }

  /// An item of a value that a step made.
  public init(_ item: any Value, itemOf step: Step?, at index: Int) {
    value = item
    self.step = step.map {
      Step(command: nil, pieces: [.parent(0, .operand), .text("[\(index)]")], parents: [$0], isPiped: false, value: item)
    }
  }

  // A command that gives back a traced value gives the value, and its step stands in the lineage instead of the command's own.
  public static var valueType: ValueType { .anything }
  public static func bind(_ value: any Value) throws -> Traced { Traced(value, step: nil) }
  public var asValue: (any Value)? { value }
}

/// What an option whose name the caller chose was given.
public struct NamedBinding<T: Bindable>: Bindable {
  public let name: String
  public let value: T

  public static var valueType: ValueType { T.valueType }
  public static var whenMissing: NamedBinding<T>? { T.whenMissing.map { NamedBinding(name: "", value: $0) } }
  public static func bind(_ value: any Value) throws -> NamedBinding<T> {
    guard let named = value as? NamedValue else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return NamedBinding(name: named.name, value: try T.bind(named.value))
  }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> NamedBinding<T> {
    NamedBinding(name: "", value: try T.read(literal))
  }
  public var asValue: (any Value)? { value.asValue }
}

/// A value on its way to the option whose name the caller chose.
struct NamedValue: Value {
  let name: String
  let value: any Value
  static let typeName = "Named value"
  var oneLine: String { value.oneLine }
  var literal: String? { value.literal }
}

/// Why a block cannot be called.
public enum BlockProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// By a context that no evaluator made, or from another thread than the command's own.
  case outsideOfRun
  public var description: String { "a block can run only while its command runs" }
}
