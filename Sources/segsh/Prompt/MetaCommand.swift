import SegLang
import Terminal

/// What is typed with a colon: it works on the session and is never recorded.
enum MetaCommand: String, CaseIterable {
  case undo, redo, history, save, cohort, debug, type, time, thumbnails, set, help, quit

  /// What follows the name.
  var usage: String {
    switch self {
    case .undo: "[list]"
    case .redo, .help, .quit: ""
    case .history: "[N]"
    case .save: "FILE [--why VALUE] [--replace]"
    case .cohort: "CASES [--out FOLDER]"
    case .debug: "CASE"
    case .type: "EXPR"
    case .time: "[on|off]"
    case .thumbnails: "[auto|on|off]"
    case .set: "[NAME=VALUE]"
    }
  }

  var summary: String {
    switch self {
    case .undo: "undoes the last command that changed a value or wrote a file, and reports what changed; `list` shows what can be undone"
    case .redo: "repeats what :undo undid"
    case .history: "shows the commands of this session, or the last N"
    case .save: "saves the session as a script; --why keeps only the commands that led to a value"
    case .cohort: "runs the steps that made the last value for every X-ray of a folder, pattern or list, as segsh cohort does"
    case .debug: "runs them for one case of the last :cohort, up to the step that fails, and keeps the values"
    case .type: "shows the type of an expression without running it"
    case .time: "shows the run time of each command"
    case .thumbnails: "shows thumbnails below results: if the terminal can show images, always, or never"
    case .set: "shows or changes the settings, which are kept between sessions"
    case .help: "lists these commands"
    case .quit: "exits, like Ctrl-D, `exit` and `quit`"
    }
  }

  /// Other words that people search for.
  private var keywords: [String] {
    switch self {
    case .undo: ["revert", "back", "reset", "restore"]
    case .redo: ["again", "repeat"]
    case .history: ["lineage", "log", "lines", "previous"]
    case .save: ["export", "script", "session", "write", "keep"]
    case .cohort: ["batch", "folder", "many", "all", "cases", "each"]
    case .debug: ["failed", "failure", "error", "inspect"]
    case .type: ["kind", "check"]
    case .time: ["duration", "speed", "slow", "timing", "benchmark"]
    case .thumbnails: ["image", "preview", "picture"]
    case .set: ["settings", "options", "preferences", "configuration", "phi", "privacy", "patient", "font", "theme"]
    case .help: ["manual", "commands"]
    case .quit: ["exit", "leave", "close", "end", "stop"]
    }
  }

  /// The meta commands that have to do with a word, with what follows their names.
  static func search(_ word: String) -> [(name: String, summary: String)] {
    let wanted = word.lowercased()
    var found: [(name: String, summary: String)] = []
    for command in allCases
    where command.rawValue.contains(wanted) || command.keywords.contains(where: { $0.hasPrefix(wanted) })
      || command.summary.lowercased().split(whereSeparator: { !$0.isLetter }).contains(where: { $0.hasPrefix(wanted) && wanted.count > 3 })
    {
      found.append((name: ":\(command.rawValue)", summary: command.summary))
    }
    return found
  }

  /// A line that starts with a colon, taken apart.
  enum Line: Equatable {
    case command(MetaCommand, rest: String)
    case unknown(String, near: String?)
  }

  /// What leaves the prompt without a colon too, as in other shells.
  static let leavingWords: Set<String> = ["exit", "quit"]

  /// The meta command of a line; a beginning that fits only one is enough. Nil when the line is none.
  static func read(_ line: String) -> Line? {
    let line = line.trimmed()
    if leavingWords.contains(line) { return .command(.quit, rest: "") }
    guard line.hasPrefix(":"), !line.hasPrefix(":=") else { return nil }
    let word = String(line.dropFirst().prefix { !$0.isWhitespace })
    let name = word == "exit" ? quit.rawValue : word
    let rest = String(line.dropFirst(1 + word.count)).trimmed()
    if let command = MetaCommand(rawValue: name) { return .command(command, rest: rest) }
    let fitting = name.isEmpty ? [] : allCases.filter { $0.rawValue.hasPrefix(name) }
    if fitting.count == 1, let command = fitting.first { return .command(command, rest: rest) }
    return .unknown(name, near: nearNames(to: name, in: allCases.map(\.rawValue)).first)
  }

  /// The list that `:help` prints.
  static func list(columns: Int) -> String {
    let names = allCases.map { ":\($0.rawValue) \($0.usage)".trimmed() } + ["?COMMAND", "? WORD"]
    let texts = allCases.map(\.summary) + ["explains a command, with examples", "searches the help for a word"]
    let width = (names.map(\.count).max() ?? 0) + 2
    return zip(names, texts).map { name, text in
      let line = columns >= width + 40 ? "  \(name.padded(to: width))\(text)" : "  \(name)\n    \(text)"
      return Layout.wrapped(line, columns: columns) + "\n"
    }.joined()
  }
}
