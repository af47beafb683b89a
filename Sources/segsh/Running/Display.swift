import Basics
import SegLang
import SegServices
import SegValues
import Terminal

/// How values, notes and errors look.
enum Display {
  /// A value's one line, and its details below.
  static func text(of value: any Value) -> String {
    ([value.oneLine] + value.details).joined(separator: "\n")
  }

  /// What the prompt prints of a result: its line, its details indented; with escape sequences of the program's own alone.
  static func line(_ result: Session.Result) -> String {
    let terminal = Terminal.current
    let head = (result.name.map { "\($0) = " } ?? "") + terminal.styled("_\(result.number)", .cyan)
    let limit = max(10, terminal.rows - 6)
    var lines = result.details.prefix(limit).map(TerminalText.cleaned)
    if result.details.count > limit { lines.append("… \(result.details.count - limit) more; `save` writes all of them") }
    let isTable = ["Table", "Sweep"].contains(result.typeName)
    let details = lines.map { line in
      guard terminal.outputIsTerminal else { return "\n  \(line)" }
      if isTable { return "\n" + Layout.clipped("  \(line)", columns: terminal.columns) }
      return "\n" + Layout.wrapped("  \(line)", columns: terminal.columns, indent: 4)
    }.joined()
    let line = "\(head) \(terminal.styled(result.typeName, .bold)) \(TerminalText.cleaned(result.oneLine))"
    return (terminal.outputIsTerminal ? Layout.wrapped(line, columns: terminal.columns, indent: 2) : line) + details + "\n"
      + (result.thumbnail ?? "")
  }

  static func note(_ text: String) -> String {
    let terminal = Terminal.current
    let text = TerminalText.cleaned(text)
    return terminal.styled(Layout.wrapped(text.hasPrefix("it = ") ? "  \(text)" : "  note: \(text)", columns: terminal.columns), .faint)
  }

  /// Draws diagnostics on standard error.
  static func show(_ diagnostics: [Diagnostic]) {
    let terminal = Terminal.current
    let text = Renderer(isColored: terminal.isColored, width: terminal.columns).render(diagnostics).trimmingEnd()
    Console.shared.tell(drawn: terminal.errorIsTerminal ? fitted(text, columns: terminal.columns) : text)
  }

  /// The text of diagnostics with what is said in words broken at blanks; lines of source and their carets stay as they are.
  static func fitted(_ text: String, columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let plain = line.drop { $0 != "e" && $0 != "w" && $0 != " " }
      let isProse = ["error[", "warning[", "  note: ", "  did you mean "].contains { plain.hasPrefix($0) }
      return isProse ? Layout.wrapped(String(line), columns: columns, indent: 2) : String(line)
    }.joined(separator: "\n")
  }
}
