/// A command of the language. Its name comes from the type's name (`MorphOpenCommand` → `morph-open`), its parameters from the properties
/// marked with `@Input`, `@Argument`, `@Option` and `@Ancestor` (`leftLung` → `left_lung`), its output type from `run`.
public protocol Command: SendableMetatype {
  /// What `run` returns: a value, an optional, a list, a union or `AnyValue`; `Void` for a command that only has a side effect.
  associatedtype Output

  /// Group of the command in help and manual.
  static var category: Category { get }
  /// Summary in one sentence.
  static var summary: String { get }
  /// Further documentation in full sentences: definition, border rule, reference. Default: empty.
  static var discussion: String { get }
  /// At least one runnable example.
  static var examples: [Example] { get }
  /// The language version that introduced the command. Default: 1.
  static var since: Int { get }
  /// Names of related commands. Default: none.
  static var seeAlso: [String] { get }
  /// Search words in lowercase: synonyms, findings, names in other programs. Default: none.
  static var keywords: [String] { get }
  /// What the command does besides computing its result. Default: nothing.
  static var traits: CommandTraits { get }
  /// The output type for an input type; nil means no input. Override it when the output depends on the input, as in `resize`.
  static func outputType(for input: ValueType?) -> ValueType
  /// Starts slow preparations for a call on another thread, such as reading a network. Called after a program has passed its check and
  /// before its first statement runs; `run` must not rely on it.
  /// - Parameter options: Names of the options that the call gives.
  static func prepare(options: [String])
  /// The output type of a command whose block returns a type. Default: that for the input alone.
  static func outputType(for input: ValueType?, block: ValueType) -> ValueType
  /// Effect of the command on the pixel spacing. Default: `.keeps`.
  static var spacing: SpacingEffect { get }
  /// The type of `it` in the command's block. Default: the item type of the input.
  static func blockInput(for input: ValueType?) -> ValueType
  /// Whether a call without an input may take a value of this type; asked only for types that the input accepts. Default: true.
  static func takesImplicitly(_ type: any Value.Type) -> Bool

  /// Creates the command with the defaults of its parameters.
  init()
  /// Runs the command after its parameters have been filled.
  /// - Throws: Any error; the evaluator adds the place in the script.
  func run(_ context: Context) throws -> Output
}

extension Command {
  /// Default: empty.
  public static var discussion: String { "" }
  /// Default: 1.
  public static var since: Int { 1 }
  /// Default: none.
  public static var seeAlso: [String] { [] }
  /// Default: none.
  public static var keywords: [String] { [] }
  /// Default: does nothing.
  public static func prepare(options: [String]) {}
  /// Default: none.
  public static var traits: CommandTraits { [] }
  /// Whether a recipe may contain the command: its value depends only on the arguments and the files that they name, and it has no side
  /// effects.
  public static var isReplayable: Bool { declaredOutputType != .nothing && !traits.contains(.asksMachine) }
  /// Default: `declaredOutputType`.
  public static func outputType(for input: ValueType?) -> ValueType { declaredOutputType }
  /// Default: the output type for the input alone.
  public static func outputType(for input: ValueType?, block: ValueType) -> ValueType { outputType(for: input) }
  /// Default: the result has the spacing of the input.
  public static var spacing: SpacingEffect { .keeps }
  /// Default: true.
  public static func takesImplicitly(_ type: any Value.Type) -> Bool { true }
  /// Default: the item type of the input.
  public static func blockInput(for input: ValueType?) -> ValueType { input?.elementType ?? .anything }

  /// The type that `run` declares; `.nothing` for `Void`.
  public static var declaredOutputType: ValueType {
    (Output.self as? any Bindable.Type)?.valueType ?? .nothing
  }

  /// The name at the prompt: the type's name without "Command", in lowercase words joined by hyphens.
  public static var name: String {
    // As `String(describing:)`, which looks for conformances of each type first: most of the time of a start.
    var words = Words.joined(_typeName(Self.self, qualified: false), by: "-")
    if words.hasSuffix("-command") { words.removeLast("-command".count) }
    return words
  }

  func runErased(_ context: Context) throws -> (any Bindable)? { try run(context) as? any Bindable }
}

/// Effect of a command on the pixel spacing of its result.
public enum SpacingEffect: Sendable, Hashable {
  /// The result has the spacing of the input.
  case keeps
  /// The result has a known spacing.
  case gives
  /// The spacing is read from the file that a parameter names. Files with one of the `silent` extensions do not state it, unless the option
  /// `unless` does.
  case reads(from: String, silent: Set<String>, unless: String)
}

/// A group of commands in help and manual; the command module lists them as static members.
public struct Category: Hashable, Sendable {
  /// Name of the group.
  public let name: String
  /// Position among the groups: lower ranks come first, equal ranks are sorted by name.
  public let rank: Int
  /// Creates a category.
  public init(_ name: String, rank: Int = 0) {
    self.name = name
    self.rank = rank
  }
}

/// A runnable line and what it shows.
public struct Example: Hashable, Sendable {
  /// The line, which runs as it is.
  public let line: String
  /// What the line shows.
  public let explanation: String
  /// Creates an example.
  public init(_ line: String, _ explanation: String) {
    self.line = line
    self.explanation = explanation
  }
}
