import ImageOps

/// The words of a line, as privacy needs them: what may be a path, what stands in quotes, and the signs and blanks between. Works for lines that are no
/// correct program too, such as a `:save` or an error message.
package enum WrittenWords {
  package struct Piece {
    package let text: String
    /// Whether it is a word or a quoted text, and not a sign or a blank.
    package let isWord: Bool
    /// Without quotes.
    package var bare: String { String(text.filter { $0 != "\"" && $0 != "'" }) }
    package var isQuoted: Bool { isWord && (text.first == "\"" || text.first == "'") }
    /// Whether it looks like a path: a folder in it, the home folder, or the extension of an image format.
    package var looksLikePath: Bool { bare != "/" && (bare.contains("/") || bare.hasPrefix("~") || ImageFormat(path: bare) != nil) }
  }

  /// The pieces in order; together they are the line.
  package static func pieces(of line: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = Substring(line)
    while let first = rest.first {
      if first.isWhitespace || "|;(){}=,[]".contains(first) {
        pieces.append(Piece(text: String(rest.removeFirst()), isWord: false))
        continue
      }
      let word: Substring
      if first == "\"" || first == "'" {
        let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
        word = rest[..<end]
      } else {
        word = rest.prefix { !$0.isWhitespace && !"|;(){}=,[]\"".contains($0) }
      }
      rest = rest[word.endIndex...]
      pieces.append(Piece(text: String(word), isWord: true))
    }
    return pieces
  }

  /// The line with `…` for every word that may be a path, and for all that stands in quotes.
  package static func withoutPaths(_ line: String) -> String {
    pieces(of: line).map { $0.isQuoted || $0.isWord && $0.looksLikePath ? "…" : $0.text }.joined()
  }
}
