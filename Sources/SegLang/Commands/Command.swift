/// A command of the language: one type, one file. Its name comes from the type's name (`MorphOpenCommand` → `morph-open`), its parameters from the
/// properties that `@Input`, `@Argument`, `@Option` and `@Ancestor` mark (`leftLung` → `left_lung`), its output type from `run`.
public protocol Command: SendableMetatype {
  /// A value, an optional one, a list, a union, `AnyValue`; `Void` for a command that only has an effect.
  associatedtype Output

  static var category: Category { get }
  /// One sentence.
  static var summary: String { get }
  /// What more there is to know, in plain sentences: definition, border rule, reference. Empty when the summary says it all.
  static var discussion: String { get }
  /// At least one runnable example.
  static var examples: [Example] { get }
  /// The language version that introduced the command.
  static var since: Int { get }
  /// Names of related commands.
  static var seeAlso: [String] { get }
  /// Other words that people search for when they want it: synonyms, findings, what other programs call it. In lowercase.
  static var keywords: [String] { get }
  /// Whether a line of it is part of the session: not what only helps the person at the prompt, such as `help`.
  static var isRecorded: Bool { get }
  /// Whether the value follows from the arguments and the files that they name, and nothing else happens, so that the line may stand in a recipe that travels
  /// with a file. Unless said otherwise, every command that gives a value.
  static var isReplayable: Bool { get }
  /// The output type for an input of a type; overridden where they depend on each other (`resize` gives back what it was given).
  static func outputType(for input: ValueType?) -> ValueType
  /// Begins, on another thread, what a call with these options will need and what takes a while, such as reading a network. It is called when a
  /// program has passed its check and before its first statement runs; the call itself must not rely on it.
  static func prepare(options: [String])
  /// As above, for a command with a block that gives a type.
  static func outputType(for input: ValueType?, block: ValueType) -> ValueType
  /// What the command does to the knowledge of a pixel's size.
  static var spacing: SpacingEffect { get }
  /// The type of `it` in the command's block, for an input of a type.
  static func blockInput(for input: ValueType?) -> ValueType
  /// Whether a line that names no input may give the command a value of this type; asked where the input's declared type admits it.
  static func takesImplicitly(_ type: any Value.Type) -> Bool

  init()
  func run(_ context: Context) throws -> Output
}

extension Command {
  public static var discussion: String { "" }
  public static var since: Int { 1 }
  public static var seeAlso: [String] { [] }
  public static var keywords: [String] { [] }
  public static func prepare(options: [String]) {}
  public static var isRecorded: Bool { true }
  public static var isReplayable: Bool { declaredOutputType != .nothing }
  public static func outputType(for input: ValueType?) -> ValueType { declaredOutputType }
  public static func outputType(for input: ValueType?, block: ValueType) -> ValueType { outputType(for: input) }
  public static var spacing: SpacingEffect { .keeps }
  public static func takesImplicitly(_ type: any Value.Type) -> Bool { true }
  public static func blockInput(for input: ValueType?) -> ValueType { input?.elementType ?? .anything }

  /// What `run` says it returns.
  public static var declaredOutputType: ValueType {
    (Output.self as? any Bindable.Type)?.valueType ?? .nothing
  }

  /// The name at the prompt: the type's name without "Command", in lowercase words joined by hyphens.
  public static var name: String {
    var words = Words.joined(String(describing: Self.self), by: "-")
    if words.hasSuffix("-command") { words.removeLast("-command".count) }
    return words
  }

  func runErased(_ context: Context) throws -> (any Bindable)? { try run(context) as? any Bindable }
}

/// What a command does to the knowledge of a pixel's size.
public enum SpacingEffect: Sendable, Hashable {
  /// The result has that of the input.
  case keeps
  /// The result has one.
  case gives
  /// Read from the file in a slot; files with these endings do not say it. Another slot may state it.
  case reads(from: String, silent: Set<String>, unless: String)
}

/// A group of commands in help and manual; the command module lists them as static members.
public struct Category: Hashable, Sendable {
  public let name: String
  /// Where the group stands among the others.
  public let rank: Int
  public init(_ name: String, rank: Int = 0) {
    self.name = name
    self.rank = rank
  }
}

/// A line that runs as it stands, and what it shows.
public struct Example: Hashable, Sendable {
  public let line: String
  public let explanation: String
  public init(_ line: String, _ explanation: String) {
    self.line = line
    self.explanation = explanation
  }
}
