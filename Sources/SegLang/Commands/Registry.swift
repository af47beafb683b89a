/// The commands and types of a language.
public struct Registry: Sendable {
  /// In the order of their names.
  public let signatures: [Signature]
  private let byName: [String: Int]
  /// Types by the name that users write.
  public let types: [String: any Value.Type]

  /// - Parameter types: types that no parameter or output mentions.
  public init(commands: [any Command.Type], types extra: [any Value.Type] = []) {
    signatures = commands.map { Signature($0) }.sorted { $0.name < $1.name }
    byName = Dictionary(signatures.enumerated().map { ($1.name, $0) }) { first, _ in first }
    var found: [String: any Value.Type] = [:]
    func add(_ type: ValueType) {
      switch type {
      case .value(let named):
        guard found[named.type.typeName] == nil else { return }
        found[named.type.typeName] = named.type
        for property in named.type.properties { add(property.type) }
        for conversion in named.type.conversions { add(conversion.target) }
      case .list(let element): add(element)
      case .union(let members): for member in members { add(member) }
      case .record(let fields): for field in fields { add(field.type) }
      case .anything, .nothing: break
      }
    }
    let builtIn: [any Value.Type] = [
      Double.self, Bool.self, String.self, Path.self, Glob.self, Length.self, Angle.self, Intensity.self, Percentage.self, Record.self,
      Steps.self,
    ]
    for type in builtIn + extra { add(.of(type)) }
    found[List.typeName] = List.self
    for signature in signatures {
      add(signature.command.declaredOutputType)
      for parameter in signature.parameters { add(parameter.type) }
    }
    found["Choice"] = nil
    types = found
  }

  public subscript(name: String) -> Signature? { byName[name].map { signatures[$0] } }

  public var names: [String] { signatures.map(\.name) }

  /// Categories in their order, each with its commands.
  public var categories: [(category: Category, signatures: [Signature])] {
    Dictionary(grouping: signatures, by: \.category)
      .sorted { ($0.key.rank, $0.key.name) < ($1.key.rank, $1.key.name) }
      .map { (category: $0.key, signatures: $0.value) }
  }
}
