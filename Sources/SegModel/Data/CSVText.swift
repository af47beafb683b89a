/// Comma-separated values, written (RFC 4180), as pandas, R and spreadsheets read them: UTF-8 without a byte order mark, lines that end in LF.
public enum CSVText {
  /// One line. Cells with a comma, a quotation mark or a line break are quoted.
  public static func line(_ cells: [String]) -> String { cells.map(quoted).joined(separator: ",") + "\n" }

  /// A text that a spreadsheet would take for a formula, with an apostrophe in front; numbers stay as they are.
  public static func guarded(_ text: String) -> String {
    guard let first = text.first, "=+-@\t\r\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".contains(first), Double(text) == nil else { return text }
    return "'" + text
  }

  private static func quoted(_ cell: String) -> String {
    let isSpecial = cell.utf8.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    return isSpecial ? "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\"" : cell
  }
}
