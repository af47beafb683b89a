/// A table as spreadsheets and statistics programs export it: separated by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252.
///
/// Excel's line `sep=;` is read as such. R's names of rows get a column `row`. Rows and unnamed columns without any value are left out.
public struct SpreadsheetText: Sendable {
  /// What stands between fields.
  public enum Separator: String, Sendable, CaseIterable {
    case comma, semicolon, tab

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      }
    }
  }

  /// What the first row or the encoding leaves open, and how it was taken.
  public enum Remark: Sendable, Equatable {
    /// Not UTF-8; read as this encoding.
    case encoding(String)
    /// The first column has no name and was named.
    case namedRows(String)
    /// So many rows without any value were left out.
    case emptyRows(Int)
    /// So many columns without a name or a value were left out.
    case emptyColumns(Int)
  }

  /// The names of the columns, blanks at their ends removed.
  public let columns: [String]
  /// The records, as many fields in each as there are columns, and the line of the file that each begins on.
  public let rows: [(line: Int, fields: [String])]
  /// The separator that was given or found.
  public let separator: Separator
  /// What was decided or left out.
  public let remarks: [Remark]

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: The name that errors carry.
  ///   - separator: nil: that which the first row contains most often, outside of quotes.
  /// - Throws: `CSVError`: where the standard is not followed, a row has more or fewer fields than the first, two columns have one name, or a column
  ///   with values has none.
  public init(parsing bytes: [UInt8], path: String, separator given: Separator? = nil) throws(CSVError) {
    var (text, remarks) = Self.decoded(bytes)
    var separator = given
    if text.starts(with: Array("sep=".utf8)), let newline = text.firstIndex(of: 10) {
      let line = text[4..<newline].filter { $0 != 13 }
      if let stated = Separator.allCases.first(where: { [$0.byte] == line }) {
        separator = separator ?? stated
        // The line stays, empty, so that lines keep their numbers.
        text.removeSubrange(..<newline)
      }
    }
    let used = separator ?? Self.separator(of: text)
    self.separator = used
    var records = try CSVRecords.read(text, rule: .strict, separator: used.byte, path: path)
    guard !records.isEmpty else { throw .empty(path: path) }
    var header = records.removeFirst().fields.map { Self.trimmed($0) }
    // R's write.table names no column of row names; write.csv gives it an empty name.
    if let first = records.first, first.fields.count == header.count + 1, records.allSatisfy({ $0.fields.count == header.count + 1 }) {
      header.insert("", at: 0)
    }
    let isEmpty: (String) -> Bool = { $0.utf8.allSatisfy { $0 == 32 || $0 == 9 } }
    let before = records.count
    records.removeAll { $0.fields.allSatisfy(isEmpty) }
    if records.count < before { remarks.append(.emptyRows(before - records.count)) }
    for record in records where record.fields.count != header.count {
      throw .wrongFieldCount(path: path, line: record.line, found: record.fields.count, expected: header.count)
    }
    if header[0].isEmpty, header.count > 1, !header.contains("row"), records.contains(where: { !isEmpty($0.fields[0]) }) {
      header[0] = "row"
      remarks.append(.namedRows("row"))
    }
    let kept = header.indices.filter { column in !header[column].isEmpty || records.contains { !isEmpty($0.fields[column]) } }
    if kept.count < header.count {
      remarks.append(.emptyColumns(header.count - kept.count))
      header = kept.map { header[$0] }
      records = records.map { record in (record.line, kept.map { record.fields[$0] }) }
    }
    var known = Set<String>()
    for (number, name) in header.enumerated() {
      if name.isEmpty { throw .unnamedColumn(path: path, number: kept[number] + 1) }
      if !known.insert(name).inserted { throw .duplicateColumn(path: path, column: name) }
    }
    guard !header.isEmpty else { throw .empty(path: path) }
    columns = header
    rows = records
    self.remarks = remarks
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\u{A0}" }
    var text = text[...]
    while let first = text.first, isBlank(first) { text.removeFirst() }
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(text)
  }

  /// The text in UTF-8 without a byte order mark.
  private static func decoded(_ bytes: [UInt8]) -> ([UInt8], [Remark]) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return decoded(Array(bytes.dropFirst(3))) }
    for (mark, isLittle) in [([0xFF, 0xFE] as [UInt8], true), ([0xFE, 0xFF], false)] where bytes.starts(with: mark) {
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index -> UInt16 in
        let (low, high) = isLittle ? (bytes[index], bytes[index + 1]) : (bytes[index + 1], bytes[index])
        return UInt16(high) << 8 | UInt16(low)
      }
      return (Array(String(decoding: units, as: UTF16.self).utf8), [.encoding("UTF-16")])
    }
    if String(validating: bytes, as: UTF8.self) != nil { return (bytes, []) }
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(windows1252[Int(byte)]) }
    return (Array(String(text).utf8), [.encoding("Windows-1252")])
  }

  /// Bytes without a character stay control characters, as in the web's definition.
  private static let windows1252: [Unicode.Scalar] = {
    let upper: [UInt32] = [
      0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018,
      0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
    ]
    return (0..<256).map { byte in
      let code = (0x80..<0xA0).contains(byte) ? upper[byte - 0x80] : UInt32(byte)
      return Unicode.Scalar(code) ?? "?"
    }
  }()

  /// The separator that stands most often in the first line that is not empty; a comma where none does.
  private static func separator(of text: [UInt8]) -> Separator {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var hasText = false
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == 10, !isQuoted, hasText { break }
      if byte > 32 || byte == 9 { hasText = true }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    return Separator.allCases.max { counts[$0.byte, default: 0] < counts[$1.byte, default: 0] } ?? .comma
  }
}
