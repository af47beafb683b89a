import SegCommands
import SegLang
import SegServices
import Terminal

/// What `?`, `segsh help` and the prompt print of the language's commands.
enum HelpPages {
  static var names: [String] { Registry.segsh.names }

  /// First steps and the main commands by task, on one screen.
  static var overview: String { Manual.overview(of: .segsh, columns: columns) }

  /// Every command with its summary.
  private static var list: String { Manual.list(of: .segsh, columns: columns) }

  /// The width that pages are broken at; nil where nobody reads them on a screen.
  private static var columns: Int? { Terminal.current.outputIsTerminal ? Terminal.current.columns - 1 : nil }

  /// The page of a command, or of `all` the list of every command; nil for an unknown name.
  static func page(_ name: String) -> String? {
    name == "all" ? list : Registry.segsh[name].map { Manual.page(of: $0, columns: min(100, Terminal.current.columns - 1)) }
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

  /// What a line that starts with `?` asks for: `?` lists, `?name` explains, `? word` searches.
  static func answer(_ line: String, in session: Session) -> String {
    let word = String(line.drop { $0 == "?" }).trimmed()
    if word.isEmpty { return overview + "  :help         Lists the commands of the prompt, such as :undo and :save.\n" }
    let isSearch = line.drop { $0 == "?" }.first?.isWhitespace == true
    if !isSearch, let page = page(word) ?? typePage(word) { return page }
    if !isSearch, let page = valuePage(word, in: session) { return page }
    let near = names.filter { $0.hasPrefix(word) }
    if !isSearch, near.count == 1, let page = page(near[0]) { return page }
    return isSearch ? search(word) : "no command `\(word)`\(NearName.question(word, among: names))\n"
  }

  /// A variable's value and its properties; nil where there is no such variable.
  static func valuePage(_ name: String, in session: Session) -> String? {
    guard let value = session[name] ?? (name == "it" ? session.it?.value : nil) else { return nil }
    return "\(name) is \(type(of: value).typeName): \(Display.text(of: value))\n" + properties(of: value)
  }

  /// What has to do with a word, a line each: commands, what starts with a colon at the prompt, and subcommands of the program.
  static func search(_ word: String) -> String {
    let commands = Registry.segsh.search(word).map { (name: $0.name, summary: $0.summary) }
    let metas = MetaCommand.search(word)
    let found = (metas.contains { $0.name == ":\(word.lowercased())" } ? metas + commands : commands + metas) + subcommands(about: word)
    guard !found.isEmpty else {
      let known = names + MetaCommand.allCases.map(\.rawValue)
      return "no help found for `\(word)`\(NearName.question(word, among: known)); `?` lists all commands\n"
    }
    let width = (found.map(\.name.count).max() ?? 0) + 2
    return found.map { "  \($0.name.padded(to: width))\($0.summary)\n" }.joined()
  }

  private static func subcommands(about word: String) -> [(name: String, summary: String)] {
    let wanted = word.lowercased()
    var found: [(name: String, summary: String)] = []
    for subcommand in Segsh.configuration.subcommands {
      let configuration = subcommand.configuration
      guard let name = configuration.commandName, name.contains(wanted) || configuration.abstract.lowercased().contains(wanted) else {
        continue
      }
      found.append((name: "segsh \(name)", summary: configuration.abstract))
    }
    return found
  }
}
