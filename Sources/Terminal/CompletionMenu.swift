import Basics

/// What Tab offers at the cursor.
package struct CompletionMenu: Equatable {
  package struct Item: Equatable {
    /// What replaces the word at the cursor.
    package var text: String
    /// What follows when it is the only one: a blank, `=`, or nothing.
    package var suffix = " "
    /// One line of explanation; may be empty.
    package var help = ""
    /// How it is listed; the text itself when nil.
    package var label: String?
    /// What replaces the word when it is the only one, where that differs: a path in quotes.
    package var whole: String?

    package init(text: String, suffix: String = " ", help: String = "", label: String? = nil, whole: String? = nil) {
      self.text = text
      self.suffix = suffix
      self.help = help
      self.label = label
      self.whole = whole
    }
  }

  /// Where the word at the cursor starts, in bytes.
  package var start: Int
  package var items: [Item] = []
  /// Whether the word stands behind an open quote.
  package var isQuoted = false

  package init(start: Int, items: [Item] = [], isQuoted: Bool = false) {
    self.start = start
    self.items = items
    self.isQuoted = isQuoted
  }

  /// The text that all items start with.
  package var commonPrefix: String {
    guard let first = items.first else { return "" }
    return items.dropFirst().reduce(first.text) { prefix, item in
      String(zip(prefix, item.text).prefix { $0 == $1 }.map(\.0))
    }
  }

  /// What is put in for a beginning that several items share: behind a quote where the language would end the word too early.
  package func written(_ beginning: String) -> String {
    !isQuoted && Self.needsQuotes(beginning) ? "\"" + beginning : beginning
  }

  /// Whether a path has to stand in quotes.
  package static func needsQuotes(_ text: String) -> Bool { text.contains { $0.isWhitespace || "|;#(){}\"'=,[]".contains($0) } }

  /// The list below the line: a row with its explanation for each item, or columns where there is nothing to explain.
  /// - Parameter shown: How the terminal shows a text.
  package func list(columns: Int, rows: Int, shown: (String) -> String = { $0 }) -> String {
    let names = items.map { shown($0.label ?? $0.text) }
    func cut(_ text: String, to width: Int) -> String { Self.cut(text, to: width, ellipsis: shown("…")) }
    let width = columns - 1
    let limit = max(8, rows - 3)
    if items.contains(where: { !$0.help.isEmpty }) {
      let room = min(max(12, width / 3), (names.map(\.count).max() ?? 0) + 2)
      var lines = zip(names, items).prefix(limit).map { name, item in
        cut("\(name)\(String(repeating: " ", count: max(2, room - name.count)))\(shown(item.help))", to: width)
      }
      if items.count > limit { lines.append(shown("… \(items.count - limit) more: type another letter")) }
      return lines.joined(separator: "\n") + "\n"
    }
    let cell = min(width, (names.map(\.count).max() ?? 0) + 2)
    let perRow = max(1, width / max(1, cell))
    let rowCount = (names.count + perRow - 1) / perRow
    var lines: [String] = []
    for row in 0..<min(rowCount, limit) {
      let cells = stride(from: row, to: names.count, by: rowCount).map { index in
        cut(names[index], to: cell).padded(to: cell)
      }
      lines.append(cells.joined().trimmingEnd())
    }
    if rowCount > limit { lines.append(shown("… more: type another letter")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cut(_ text: String, to width: Int, ellipsis: String) -> String {
    let text = text.trimmingEnd()
    return text.count > width ? text.prefix(max(1, width - ellipsis.count)) + ellipsis : text
  }
}

extension String {
  /// The text with blanks behind it up to a width.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
