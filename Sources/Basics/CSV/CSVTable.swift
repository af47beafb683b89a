/// A table of comma-separated values with named columns (RFC 4180: quoted fields may hold commas, quotation marks and line ends; LF or CRLF).
public struct CSVTable: Sendable {
  /// One record, with the line it begins on.
  public struct Row: Sendable {
    /// The line of the file that the record begins on, counted from 1.
    public let line: Int
    let fields: [String]
    let columns: [String: Int]
    let path: String

    /// The text of a field; empty when the table has no such column.
    public subscript(column: String) -> String {
      guard let index = columns[column] else { return "" }
      return fields[index]
    }

    /// The number in a field; nil when it is empty or the table has no such column.
    /// - Throws: `CSVError.notANumber`.
    public func number(_ column: String) throws(CSVError) -> Double? {
      let text = self[column]
      if text.isEmpty { return nil }
      guard let number = Double(text), number.isFinite else { throw .notANumber(path: path, line: line, column: column, text: text) }
      return number
    }
  }

  /// The most bytes a table may have.
  public static let byteLimit = 64 << 20

  /// The names of the columns in the order of the header.
  public let columns: [String]
  /// The records below the header.
  public let rows: [Row]

  /// - Throws: `FileError`, `CSVError`, `MemoryShortage`.
  public init(path: String, requiring required: [String] = []) throws {
    let bytes = try WholeFile.read(path, limit: Self.byteLimit)
    // A cell takes at least a byte, and 16 as a text, which growing arrays hold twice for a moment.
    try MemoryBudget.require(32 * bytes.count)
    try self.init(parsing: bytes, path: path, requiring: required)
  }

  /// - Parameter path: the name that errors carry.
  public init(parsing bytes: [UInt8], path: String, requiring required: [String] = []) throws(CSVError) {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var records = try CSVRecords.read(bytes, rule: .strict, path: path)
    guard !records.isEmpty else { throw .empty(path: path) }
    let header = records.removeFirst().fields
    var indices: [String: Int] = [:]
    for (index, column) in header.enumerated() {
      guard indices.updateValue(index, forKey: column) == nil else { throw .duplicateColumn(path: path, column: column) }
    }
    for column in required where indices[column] == nil { throw .missingColumn(path: path, column: column) }
    for record in records where record.fields.count != header.count {
      throw .wrongFieldCount(path: path, line: record.line, found: record.fields.count, expected: header.count)
    }
    columns = header
    rows = records.map { Row(line: $0.line, fields: $0.fields, columns: indices, path: path) }
  }
}
