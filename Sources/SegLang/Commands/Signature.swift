/// Everything the language knows about a command, as used by parser, checker, evaluator, completion, help, manual and recorder.
public struct Signature: Sendable {
  /// Name of the command.
  public let name: String
  /// The command's type.
  public let command: any Command.Type
  /// Parameters in order of declaration; those of a group are at the position of the group.
  public let parameters: [Parameter]

  /// A parameter with its name.
  public struct Parameter: Sendable {
    /// Name in lowercase words joined by underscores.
    public let name: String
    /// Which children of the command's reflection hold it: one, or a group and the child in it.
    let path: [Int]
    /// What the property wrapper declares.
    public let declaration: ParameterDeclaration
    /// The default value as a canonical literal; nil if there is no default or it has no literal.
    let defaultLiteral: String?

    init(name: String, path: [Int], declaration: ParameterDeclaration) {
      (self.name, self.path, self.declaration) = (name, path, declaration)
      defaultLiteral = declaration.defaultLiteral
    }

    /// How the parameter is filled.
    public var role: ParameterRole { declaration.role }
    /// One-line description.
    public var help: String { declaration.help }
    /// Type of the parameter.
    public var type: ValueType { declaration.type }
    /// Whether the parameter may be omitted.
    public var isOptional: Bool { declaration.isOptional }
    /// Example of a literal, such as "a length such as 3px or 2mm"; nil for a type without literals.
    public var literalHint: String? {
      let hints = valueTypes.compactMap { $0.literalHint }
      return hints.isEmpty ? nil : hints.joined(separator: ", or ")
    }
    /// Words that the parameter accepts, when they can be listed; empty otherwise.
    public var choices: [ChoiceName] { valueTypes.flatMap { $0.choices } }
    private var valueTypes: [any Value.Type] {
      if let wrapped = declaration.wrapped as? any Value.Type { return [wrapped] }
      if case .union(let members) = type { return members.compactMap { $0.named } }
      return type.named.map { [$0] } ?? []
    }
  }

  /// Makes the signature of a command by reflection of an instance.
  public init(_ command: any Command.Type) {
    self.command = command
    name = command.name
    parameters = Self.parameters(of: command.init(), at: [])
  }

  /// The parameters that a command or a group declares, those of groups where the group stands.
  private static func parameters(of holder: Any, at path: [Int]) -> [Parameter] {
    Mirror(reflecting: holder).children.enumerated().flatMap { index, child -> [Parameter] in
      if child.value is any ParameterGroup { return parameters(of: child.value, at: path + [index]) }
      guard let label = child.label, let slot = child.value as? any FillableSlot else { return [] }
      let property = label.hasPrefix("_") ? String(label.dropFirst()) : label
      return [Parameter(name: Words.joined(property, by: "_"), path: path + [index], declaration: slot.declaration)]
    }
  }

  /// Summary in one sentence.
  public var summary: String { command.summary }
  /// Group in help and manual.
  public var category: Category { command.category }
  /// The input parameter; nil when the command takes no input.
  public var input: Parameter? { parameters.first { $0.role == .input } }
  /// Positional parameters without the input.
  public var positional: [Parameter] { parameters.filter { $0.role == .argument } }
  /// Parameters written `name=value`, including those that may come from the lineage.
  public var options: [Parameter] { parameters.filter { $0.role == .option || $0.role == .ancestor } }
  /// Options whose names the caller chooses.
  public var bindings: [Parameter] { parameters.filter { $0.role == .binding } }
  /// The parameter with a name; nil when there is none.
  public subscript(name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// A fresh instance and the slots of its parameters in the order of `parameters`.
  func instantiate() -> (command: any Command, slots: [any FillableSlot]) {
    let command = command.init()
    let children = Self.children(of: command)
    return (command, parameters.compactMap { Self.child($0.path[...], of: children) as? any FillableSlot })
  }

  private static func children(of holder: Any) -> [Any] { Mirror(reflecting: holder).children.map(\.value) }

  private static func child(_ path: ArraySlice<Int>, of children: [Any]) -> Any? {
    guard let index = path.first, children.indices.contains(index) else { return nil }
    return path.count == 1 ? children[index] : child(path.dropFirst(), of: Self.children(of: children[index]))
  }
}
