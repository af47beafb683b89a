import SegLang

/// What is typed with a colon: it works on the session and is never recorded.
enum MetaCommand: String, CaseIterable {
  case undo, redo, history, save, type, time, thumbnails, set, help, quit

  /// What follows the name.
  var usage: String {
    switch self {
    case .undo: "[list]"
    case .redo, .help, .quit: ""
    case .history: "[N]"
    case .save: "FILE [--why VALUE]"
    case .type: "EXPR"
    case .time: "[on|off]"
    case .thumbnails: "[auto|on|off]"
    case .set: "[NAME=VALUE]"
    }
  }

  var summary: String {
    switch self {
    case .undo: "takes back the last line, and says what that was; `list` shows what can be taken back"
    case .redo: "does again what :undo took back"
    case .history: "shows the session's lines, or the last N"
    case .save: "writes the session as a script; with --why, only what a value was made from"
    case .type: "tells what an expression would give, without running it"
    case .time: "prints after each line how long it took"
    case .thumbnails: "draws pictures small below their lines: where the terminal shows real ones, always, or never"
    case .set: "shows or changes what is kept of how things are shown"
    case .help: "lists these"
    case .quit: "leaves, like Ctrl-D"
    }
  }

  /// A line that starts with a colon, taken apart.
  enum Line: Equatable {
    case command(MetaCommand, rest: String)
    case unknown(String, near: String?)
  }

  /// The meta command of a line; a beginning that fits only one is enough. Nil when the line is none.
  static func read(_ line: String) -> Line? {
    let line = line.trimmed()
    guard line.hasPrefix(":"), !line.hasPrefix(":=") else { return nil }
    let name = String(line.dropFirst().prefix { !$0.isWhitespace })
    let rest = String(line.dropFirst(1 + name.count)).trimmed()
    if let command = MetaCommand(rawValue: name) { return .command(command, rest: rest) }
    let fitting = name.isEmpty ? [] : allCases.filter { $0.rawValue.hasPrefix(name) }
    if fitting.count == 1, let command = fitting.first { return .command(command, rest: rest) }
    return .unknown(name, near: nearNames(to: name, in: allCases.map(\.rawValue)).first)
  }

  /// The list that `:help` prints.
  static func list(columns: Int) -> String {
    let names = allCases.map { ":\($0.rawValue) \($0.usage)".trimmed() } + ["?COMMAND", "? WORD"]
    let texts = allCases.map(\.summary) + ["explains a command, with examples that run", "searches the commands for a word"]
    let width = (names.map(\.count).max() ?? 0) + 2
    return zip(names, texts).map { name, text in
      columns >= width + 40 ? "  \(name.padded(to: width))\(text)\n" : "  \(name)\n    \(text)\n"
    }.joined()
  }
}
