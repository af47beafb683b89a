import ImageOps

/// An error in a table of comma-separated values.
public enum CSVError: Error, Equatable {
  /// The file has no header.
  case empty(path: String)
  /// The file is not UTF-8.
  case notText(path: String)
  /// Two columns have the same name.
  case duplicateColumn(path: String, column: String)
  /// A required column is missing.
  case missingColumn(path: String, column: String)
  /// A record has more or fewer fields than the header.
  case wrongFieldCount(path: String, line: Int, found: Int, expected: Int)
  /// A quotation mark inside an unquoted field.
  case strayQuote(path: String, line: Int)
  /// A quoted field is not closed.
  case unclosedQuote(path: String, line: Int)
  /// A field that must be a number is not.
  case notANumber(path: String, line: Int, column: String, text: String)
}

extension CSVError: CustomStringConvertible {
  /// The error with path, line and column, as `PATH:LINE: …` where it is about a record.
  public var description: String {
    switch self {
    case .empty(let path): "\(path) is empty; its first row must name the columns"
    case .notText(let path): "\(path) is not UTF-8 text"
    case .duplicateColumn(let path, let column): "\(path) names the column `\(column)` twice"
    case .missingColumn(let path, let column): "\(path) has no column `\(column)`"
    case .wrongFieldCount(let path, let line, let found, let expected): "\(path):\(line): \(found) fields instead of \(expected)"
    case .strayQuote(let path, let line): "\(path):\(line): a quotation mark inside an unquoted field"
    case .unclosedQuote(let path, let line): "\(path):\(line): a quoted field is not closed"
    case .notANumber(let path, let line, let column, let text): "\(path):\(line): `\(text)` in column `\(column)` is not a number"
    }
  }
}

/// A table of comma-separated values with named columns (RFC 4180: quoted fields may contain commas, quotation marks and line breaks; LF or CRLF).
public struct CSVTable: Sendable {
  /// A record and the line on which it begins.
  public struct Row: Sendable {
    /// The line on which the record begins, from 1.
    public let line: Int
    let fields: [String]
    let columns: [String: Int]
    let path: String

    /// The text of a field; empty if the table has no such column.
    public subscript(column: String) -> String {
      guard let index = columns[column] else { return "" }
      return fields[index]
    }

    /// Returns the number in a field; nil if it is empty or the table has no such column.
    /// - Throws: `CSVError.notANumber`.
    public func number(_ column: String) throws(CSVError) -> Double? {
      let text = self[column]
      if text.isEmpty { return nil }
      guard let number = Double(text), number.isFinite else { throw .notANumber(path: path, line: line, column: column, text: text) }
      return number
    }
  }

  /// The maximum size of a file in bytes (64 MiB).
  public static let byteLimit = 64 << 20

  /// The names of the columns in order.
  public let columns: [String]
  /// The records after the header, without empty lines.
  public let rows: [Row]

  /// Reads a table from a file.
  /// - Parameter required: Columns that must exist.
  /// - Throws: `FileError`, `CSVError`, `MemoryShortage`.
  public init(path: String, requiring required: [String] = []) throws {
    let bytes = try FileError.bytes(of: path, limit: Self.byteLimit)
    // A cell takes at least a byte, and 16 as a text, which growing arrays hold twice for a moment.
    try MemoryBudget.require(32 * bytes.count)
    try self.init(parsing: bytes, path: path, requiring: required)
  }

  /// Parses a table; a UTF-8 byte order mark is ignored.
  /// - Parameters:
  ///   - path: The file's name in errors.
  ///   - required: Columns that must exist.
  /// - Throws: `CSVError`.
  public init(parsing bytes: [UInt8], path: String, requiring required: [String] = []) throws(CSVError) {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    var records = try Self.records(in: bytes, path: path)
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

  private static func records(in bytes: [UInt8], path: String) throws(CSVError) -> [(line: Int, fields: [String])] {
    let quote = UInt8(ascii: "\"")
    let newline = UInt8(ascii: "\n")
    var records: [(line: Int, fields: [String])] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var recordLine = 1
    var position = 0
    var isQuoted = false

    func endField() throws(CSVError) {
      guard let text = String(validating: field, as: UTF8.self) else { throw .notText(path: path) }
      fields.append(CSVText.unguarded(text))
      field.removeAll(keepingCapacity: true)
      isQuoted = false
    }
    func endRecord() throws(CSVError) {
      // An empty line is no record.
      if fields.isEmpty, field.isEmpty, !isQuoted { return }
      try endField()
      records.append((recordLine, fields))
      fields.removeAll(keepingCapacity: true)
    }

    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case quote:
        guard field.isEmpty, !isQuoted else { throw .strayQuote(path: path, line: line) }
        isQuoted = true
        let openingLine = line
        while true {
          guard position < bytes.count else { throw .unclosedQuote(path: path, line: openingLine) }
          let inner = bytes[position]
          position += 1
          if inner == quote {
            guard position < bytes.count, bytes[position] == quote else { break }
            position += 1
          } else if inner == newline {
            line += 1
          }
          field.append(inner)
        }
        if position < bytes.count, ![UInt8(ascii: ","), UInt8(ascii: "\r"), newline].contains(bytes[position]) {
          throw .strayQuote(path: path, line: line)
        }
      case UInt8(ascii: ","): try endField()
      case UInt8(ascii: "\r") where position < bytes.count && bytes[position] == newline: break
      case newline:
        try endRecord()
        line += 1
        recordLine = line
      default: field.append(byte)
      }
    }
    try endRecord()
    return records
  }
}
