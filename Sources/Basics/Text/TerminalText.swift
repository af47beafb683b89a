/// Makes text from any source safe for a terminal: file names, labels, table cells, notes, messages of libraries.
///
/// A terminal obeys control characters, and right-to-left overrides or invisible characters disguise a text. Each becomes `·`: C0 and C1
/// controls, DEL, and Unicode's format characters (bidirectional controls, zero-width characters, tags) and line separators. Line feeds and
/// tabs stay.
public enum TerminalText {
  /// The text with every unsafe character replaced by `·`.
  /// - Complexity: O(length).
  public static func cleaned(_ text: String) -> String {
    guard text.utf8.contains(where: { !(0x20..<0x7F).contains($0) && $0 != 10 && $0 != 9 }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(scalar != "\n" && scalar != "\t" && isUnsafe(scalar) ? "·" : scalar) }
    return String(result)
  }

  /// Whether a character is one that ``cleaned(_:)`` replaces, line feeds and tabs among them.
  public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
