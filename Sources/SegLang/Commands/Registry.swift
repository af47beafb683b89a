import Synchronization

/// The commands and types of a language.
///
/// Signatures are made by reflection on first use: reflecting every command takes longer than a short program runs.
public struct Registry: Sendable {
  /// Command names in alphabetical order.
  public let names: [String]
  /// In the order of `names`.
  private let commands: [any Command.Type]
  private let byName: [String: Int]
  private let extraTypes: [any Value.Type]
  private let renamed: RenamedNames
  private let known = Known()

  private final class Known: Sendable {
    let signatures = Mutex<[Int: Signature]>([:])
    let types = Mutex<[String: any Value.Type]?>(nil)
    let words = Mutex<Set<String>?>(nil)
  }

  /// Creates a registry. When two commands share a name, lookups find the first.
  ///
  /// - Parameters:
  ///   - commands: Command types in any order.
  ///   - extra: Types that no parameter, output, property or conversion mentions.
  ///   - renamed: Former names of commands and options.
  public init(commands: [any Command.Type], types extra: [any Value.Type] = [], renamed: RenamedNames = RenamedNames()) {
    let sorted = commands.map { (name: $0.name, command: $0) }.sorted { $0.name < $1.name }
    names = sorted.map(\.name)
    self.commands = sorted.map(\.command)
    byName = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    extraTypes = extra
    self.renamed = renamed
  }

  /// The present name of a command that had this one.
  func newName(ofCommand name: String) -> String? { renamed.commands[name] }

  /// The present names of a command's options by their former ones.
  func renamedOptions(of command: String) -> [String: String] { renamed.options[command] ?? [:] }

  /// Present choices of a command, by option and former choice.
  func renamedChoices(of command: String) -> [String: [String: String]] { renamed.choices[command] ?? [:] }

  /// Signatures of all commands, sorted by name.
  public var signatures: [Signature] { commands.indices.map { signature(at: $0) } }

  /// Signature of a command; nil when no command has the name.
  public subscript(name: String) -> Signature? { byName[name].map { signature(at: $0) } }

  /// Names of the commands with these traits, in alphabetical order.
  public func names(of traits: CommandTraits) -> [String] { zip(names, commands).filter { $1.traits.isSuperset(of: traits) }.map(\.0) }

  private func signature(at index: Int) -> Signature {
    if let signature = known.signatures.withLock({ $0[index] }) { return signature }
    let signature = Signature(commands[index])
    known.signatures.withLock { $0[index] = signature }
    return signature
  }

  /// The words that the language itself uses, in lowercase: keywords, commands and their parts, parameters, choices, properties.
  public var words: Set<String> {
    if let words = known.words.withLock({ $0 }) { return words }
    var words = Set(Keyword.allCases.map(\.rawValue))
    for signature in signatures {
      words.insert(signature.name)
      words.formUnion(signature.name.split(separator: "-").map(String.init))
      for parameter in signature.parameters {
        words.insert(parameter.name)
        words.formUnion(parameter.choices.map { $0.name.lowercased() })
      }
    }
    for type in types.values { words.formUnion(type.properties.map { $0.name.lowercased() }) }
    known.words.withLock { $0 = words }
    return words
  }

  /// Types by name: the built-in ones and all that commands, properties and conversions mention.
  public var types: [String: any Value.Type] {
    if let types = known.types.withLock({ $0 }) { return types }
    let types = findTypes()
    known.types.withLock { $0 = types }
    return types
  }

  private func findTypes() -> [String: any Value.Type] {
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
      Steps.self, Closure.self,
    ]
    for type in builtIn + extraTypes { add(.of(type)) }
    found[List.typeName] = List.self
    for signature in signatures {
      add(signature.command.declaredOutputType)
      for parameter in signature.parameters { add(parameter.type) }
    }
    found["Choice"] = nil
    return found
  }

  /// Categories in order of rank and name, each with its commands.
  public var categories: [(category: Category, signatures: [Signature])] {
    Dictionary(grouping: signatures, by: \.category)
      .sorted { ($0.key.rank, $0.key.name) < ($1.key.rank, $1.key.name) }
      .map { (category: $0.key, signatures: $0.value) }
  }
}

/// Former names of commands, options and choices. They are not aliases: using one is an error that states the present name.
public struct RenamedNames: Sendable {
  /// Present names of commands, by former name.
  public var commands: [String: String]
  /// Present names of options, by command and former name; commands have their present names.
  public var options: [String: [String: String]]

  /// Present choices, by command, option and former choice; commands and options have their present names.
  public var choices: [String: [String: [String: String]]]

  /// Creates a table of former names.
  public init(
    commands: [String: String] = [:], options: [String: [String: String]] = [:], choices: [String: [String: [String: String]]] = [:]
  ) {
    (self.commands, self.options, self.choices) = (commands, options, choices)
  }
}
