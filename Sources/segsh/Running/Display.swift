import SegLang

/// How values, notes and errors look.
enum Display {
  /// A value's one line, and its details below.
  static func text(of value: any Value) -> String {
    ([value.oneLine] + value.details).joined(separator: "\n")
  }

  /// What the prompt prints of a result: its line, its details indented.
  static func line(_ result: Session.Result) -> String {
    let terminal = Terminal.current
    let head = (result.name.map { "\($0) = " } ?? "") + terminal.styled("_\(result.number)", .cyan)
    let limit = max(10, terminal.rows - 6)
    var lines = Array(result.details.prefix(limit))
    if result.details.count > limit { lines.append("… \(result.details.count - limit) more; `save` writes them all") }
    let details = lines.map { "\n  \($0)" }.joined()
    return "\(head) \(terminal.styled(result.typeName, .bold)) \(result.oneLine)\(details)\n"
  }

  static func note(_ text: String) -> String {
    Terminal.current.styled(text.hasPrefix("it = ") ? "  \(text)" : "  note: \(text)", .faint)
  }

  /// Draws diagnostics on standard error.
  static func show(_ diagnostics: [Diagnostic]) {
    let renderer = Renderer(isColoured: Terminal.current.isColored, width: Terminal.current.columns)
    Console.shared.tell(renderer.render(diagnostics).trimmingEnd())
  }
}
