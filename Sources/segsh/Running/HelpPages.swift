import SegCommands
import SegLang

/// What `?`, `segsh help` and the prompt print of the language's commands.
enum HelpPages {
  static var names: [String] { Registry.segsh.names }

  static var overview: String { Manual.overview(of: .segsh) }

  /// All there is to know of a command; nil when there is none of that name.
  static func page(_ name: String) -> String? {
    Registry.segsh[name].map { Manual.page(of: $0, columns: min(100, Terminal.current.columns - 1)) }
  }

  /// What there is to know of a type, by its name; nil when there is none.
  static func typePage(_ name: String) -> String? {
    guard let type = Registry.segsh.types[name] else { return nil }
    return "\(name): \(type.typeHelp)\n" + properties(of: type)
  }

  /// What can be asked of a value: a line for each property.
  static func properties(of value: any Value) -> String { properties(of: type(of: value)) }

  private static func properties(of type: any Value.Type) -> String {
    let properties = type.properties
    let width = (properties.map(\.name.count).max() ?? 0) + 2
    return properties.map { "  .\($0.name.padded(to: width))\($0.help)\n" }.joined()
  }

  /// The commands that have to do with a word, a line each.
  static func search(_ word: String) -> String {
    let found = Registry.segsh.search(word)
    guard !found.isEmpty else { return "nothing about `\(word)`\(NearName.question(word, among: names))\n" }
    let width = (found.map(\.name.count).max() ?? 0) + 2
    return found.map { "  \($0.name.padded(to: width))\($0.summary)\n" }.joined()
  }
}
