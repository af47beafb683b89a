import Basics

/// A block passed as an argument, with the outside variables that it captured when the line ran: `{ it | morph-open radius=r }`.
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

  /// Name of the type in the language: `Block`.
  public static let typeName = "Block"
  /// Description of the type for help and the manual.
  public static let typeHelp = "A block of statements in braces that a command runs; `it` is its input."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a block such as { it | segment }" }
  /// The block in canonical form, with the variable names that it was written with.
  public var oneLine: String { code.text.plain }
  /// Whether the block only has side effects and never returns a value.
  public var givesNothing: Bool { code.text.givesNothing }
  /// A JSON string of the block.
  public var json: JSON { .string(oneLine) }
}

/// A value with the step that made it.
public struct Traced: Bindable {
  /// The value.
  public let value: any Value
  /// The step that made the value; nil for a literal such as `3`.
  public let step: Step?

  /// Pairs a value with its step.
  public init(_ value: any Value, step: Step?) {
    self.value = value
    self.step = step
  }

  /// Makes an item of a value, with a step that indexes the step of the whole.
  ///
  /// - Parameters:
  ///   - item: The item.
  ///   - step: Step of the whole value; nil gives an item without a step.
  ///   - index: Index of the item, from 0.
  public init(_ item: any Value, itemOf step: Step?, at index: Int) {
    value = item
    self.step = step.map {
      Step(.expression(.index(.parent(0), [.word("\(index)")])), parents: [$0], value: item)
    }
  }

  // A command that gives back a traced value gives the value, and its step stands in the lineage instead of the command's own.
  /// Any value.
  public static var valueType: ValueType { .anything }
  /// Wraps a value without a step; never throws.
  public static func bind(_ value: any Value) throws -> Traced { Traced(value, step: nil) }
  /// The value.
  public var asValue: (any Value)? { value }
}

/// The name and value of an option whose name the caller chooses.
public struct NamedBinding<T: Bindable>: Bindable {
  /// Name that the caller chose; empty for a default.
  public let name: String
  /// Value of the option.
  public let value: T

  /// The type of the value.
  public static var valueType: ValueType { T.valueType }
  /// The default of `T` with an empty name; nil when `T` is required.
  public static var whenMissing: NamedBinding<T>? { T.whenMissing.map { NamedBinding(name: "", value: $0) } }
  /// Binds the value and keeps its name.
  /// - Throws: `BindingProblem.wrongType` for a value without a name; what binding `T` throws.
  public static func bind(_ value: any Value) throws -> NamedBinding<T> {
    guard let named = value as? NamedValue else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return NamedBinding(name: named.name, value: try T.bind(named.value))
  }
  /// Reads the value, with an empty name.
  /// - Throws: What reading `T` throws.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> NamedBinding<T> {
    NamedBinding(name: "", value: try T.read(literal))
  }
  /// The value without its name.
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

/// Error thrown when a block cannot be called.
public enum BlockProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// No evaluator runs the command, or the call comes from a thread other than the command's.
  case outsideOfRun
  /// The error message.
  public var description: String { "a block can run only while its command runs" }
}
