/// Writes comma-separated values (RFC 4180) for pandas, R and spreadsheets: UTF-8 without a byte order mark, lines that end in LF.
public enum CSVText {
  /// Encodes a record as one line. Cells with a comma, a quotation mark or a line break are quoted.
  public static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\n" }

  /// The cells of each line of a text that need not follow the standard, empty lines among them. For what is only compared; ``CSVTable`` reads tables.
  public static func rows(of text: String) -> [[String]] {
    ((try? CSVRecords.read(Array(text.utf8), rule: .lenient)) ?? []).map(\.fields)
  }

  /// Prefixes a text that a spreadsheet would read as a formula with an apostrophe (OWASP, CSV injection); numbers stay as they are.
  ///
  /// A text that already begins with apostrophes and then a formula gets one more, so that ``unguarded(_:)`` restores every text.
  public static func guarded(_ text: String) -> String { isFormula(text[...]) && Double(text) == nil ? "'" + text : text }

  /// Returns the text of a cell without the apostrophe that ``guarded(_:)`` added.
  public static func unguarded(_ cell: String) -> String {
    cell.first == "'" && isFormula(cell.dropFirst()) ? String(cell.dropFirst()) : cell
  }

  /// Whether a text begins as a formula does, after apostrophes or none. Scalars, since a combining mark would join the sign.
  private static func isFormula(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first(where: { $0 != "'" }) else { return false }
    return "=+-@\t\r\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(first)
  }

  private static func quoted(_ cell: String) -> String {
    let isSpecial = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    return isSpecial ? "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : cell
  }
}
