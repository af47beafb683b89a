/// Comma-separated values taken apart into records (RFC 4180): quoted fields may hold commas, quotation marks and line ends; LF or CRLF.
struct CSVRecords {
  enum Rule {
    /// What does not follow the standard is an error, and an empty line is no record: for tables whose values are used.
    case strict
    /// All is taken as it comes, and an empty line is a record of one empty field: for tables that are compared, which others may have changed.
    case lenient
  }

  private let rule: Rule
  private let separator: UInt8
  private let path: String
  private var records: [(line: Int, fields: [String])] = []
  private var fields: [String] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  /// Of the record.
  private var firstLine = 1

  private init(rule: Rule, separator: UInt8, path: String) { (self.rule, self.separator, self.path) = (rule, separator, path) }

  /// - Parameters:
  ///   - separator: what stands between fields.
  ///   - path: the name that errors carry.
  /// - Returns: The fields of each record, with the line that it begins on.
  /// - Throws: `CSVError`, by the strict rule alone.
  static func read(_ bytes: [UInt8], rule: Rule, separator: UInt8 = UInt8(ascii: ","), path: String = "") throws(CSVError) -> [(
    line: Int, fields: [String]
  )] {
    var reader = CSVRecords(rule: rule, separator: separator, path: path)
    try reader.read(bytes)
    return reader.records
  }

  private mutating func read(_ bytes: [UInt8]) throws(CSVError) {
    let (quote, comma, newline, carriageReturn) = (UInt8(ascii: "\""), separator, UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var line = 1
    var openingLine: Int?
    var position = 0
    func next() -> UInt8? { position < bytes.count ? bytes[position] : nil }
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case quote where openingLine != nil:
        if next() == quote {
          field.append(quote)
          position += 1
        } else {
          openingLine = nil
          if let next = next(), ![comma, carriageReturn, newline].contains(next) { try refuse(.strayQuote(path: path, line: line)) }
        }
      case _ where openingLine != nil:
        if byte == newline { line += 1 }
        field.append(byte)
      case quote where field.isEmpty && (!isQuoted || rule == .lenient): (isQuoted, openingLine) = (true, line)
      case quote:
        try refuse(.strayQuote(path: path, line: line))
        field.append(byte)
      case comma: try endField()
      case carriageReturn where next() == newline: break
      case newline:
        try endRecord(isLast: false)
        line += 1
        firstLine = line
      default: field.append(byte)
      }
    }
    if let openingLine { try refuse(.unclosedQuote(path: path, line: openingLine)) }
    try endRecord(isLast: true)
  }

  private func refuse(_ error: CSVError) throws(CSVError) {
    if rule == .strict { throw error }
  }

  private mutating func endField() throws(CSVError) {
    let text = String(validating: field, as: UTF8.self)
    if text == nil { try refuse(.notText(path: path)) }
    fields.append(CSVText.unguarded(text ?? String(decoding: field, as: UTF8.self)))
    field.removeAll(keepingCapacity: true)
    isQuoted = false
  }

  private mutating func endRecord(isLast: Bool) throws(CSVError) {
    if fields.isEmpty, field.isEmpty, !isQuoted, isLast || rule == .strict { return }
    try endField()
    records.append((firstLine, fields))
    fields.removeAll(keepingCapacity: true)
  }
}
