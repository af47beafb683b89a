/// A name that a script gives to a value, a function or a module, with every place that refers to it.
public struct ScriptSymbol: Sendable {
  /// What is named.
  public enum Kind: Sendable, Hashable {
    /// A variable, the name of a `for` or a `catch`, or an option whose name the caller chose.
    case variable
    /// A parameter of a function.
    case parameter
    /// A `param` of the script.
    case scriptParameter
    /// A function.
    case function
    /// The name that `use` gives to a module.
    case module
  }

  /// A place where the name is written.
  public struct Place: Sendable, Hashable {
    /// The bytes of the name, with the dashes of an option `--name`.
    public let span: Span
    /// Whether the name gets its value here.
    public let isWrite: Bool
    /// Whether it is written `--name`, with hyphens in place of underscores.
    public let isDashed: Bool
  }

  /// The name.
  public let name: String
  /// What is named.
  public let kind: Kind
  /// The statement that declares the name.
  public let declaration: Span
  /// Where the name can be used; for a function and what is inside it, the function's body.
  let region: Span
  /// Every place in order of position, the declaration first.
  public internal(set) var places: [Place]
}
