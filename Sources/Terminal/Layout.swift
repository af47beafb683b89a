/// Fits text to the terminal.
package enum Layout {
  /// The text with lines that are too wide broken at blanks; what follows is indented like the column that its line ends in, or as told.
  package static func wrapped(_ text: String, columns: Int, indent told: Int? = nil) -> String {
    let width = max(20, columns - 1)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard visibleCount(line) > width else { return String(line) }
      var indent = told ?? hangingIndent(of: line)
      if told == nil, indent > width / 2 { indent = min(4, line.prefix { $0 == " " }.count + 2) }
      var lines: [String] = []
      var current = ""
      for (index, word) in pieces(of: line).enumerated() {
        if index > 0, visibleCount(current) + visibleCount(word.trimmingEnd()) > width {
          lines.append(current.trimmingEnd())
          current = String(repeating: " ", count: indent)
        }
        current += word
      }
      return (lines + [current.trimmingEnd()]).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// A line of a table, cut off where the screen ends: broken lines would hide the columns.
  package static func clipped(_ line: String, columns: Int) -> String {
    let width = max(20, columns - 1)
    return visibleCount(line) > width ? String(line.prefix(width - 1)).trimmingEnd() + "…" : line
  }

  /// Characters that take room on a screen: those of colors do not.
  private static func visibleCount(_ text: some StringProtocol) -> Int {
    var count = 0
    var isInEscape = false
    for character in text {
      if character == "\u{1B}" {
        isInEscape = true
      } else if isInEscape {
        isInEscape = !character.isLetter
      } else {
        count += 1
      }
    }
    return count
  }

  /// Words with the blanks behind them; the line's indentation and its first column stay with its first word.
  private static func pieces(of line: Substring) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in line {
      if character != " ", piece.last == " ", piece.contains(where: { $0 != " " }) {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    return pieces + [piece]
  }

  /// Where the text behind a line's first column starts: after two blanks that follow a word, else at the line's own indentation.
  private static func hangingIndent(of line: Substring) -> Int {
    let characters = Array(line)
    let start = characters.firstIndex { $0 != " " } ?? 0
    var index = start
    while index + 1 < characters.count {
      if characters[index] == " ", characters[index + 1] == " " {
        return characters[index...].firstIndex { $0 != " " } ?? start
      }
      index += 1
    }
    return start
  }
}
