import Basics
import SegLang

/// Makes a table of a text: finds what each column holds, and says so.
package struct TableReader {
  /// What stands before the decimals of a number.
  package enum DecimalMark: String, Choice {
    case auto, point, comma
    package var choiceHelp: String {
      switch self {
      case .auto: "comma, if a column contains numbers only with decimal commas and the separator is no comma"
      case .point: "1.5"
      case .comma: "1,5"
      }
    }
  }

  private let text: SpreadsheetText
  private let path: String
  private let numbers: Set<String>
  private let texts: Set<String>
  private let missing: Set<String>
  private let decimal: DecimalMark
  /// What was found or decided, in sentences.
  package private(set) var notes: [String] = []

  /// What pandas reads as missing.
  private static let missingWords: Set<String> = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None",
    "n/a", "nan", "null",
  ]

  /// - Parameters:
  ///   - path: The name that errors carry.
  ///   - numbers: Columns that have to be numbers.
  ///   - texts: Columns that stay as they are written.
  ///   - missing: Words for missing values besides the usual ones.
  /// - Throws: `CommandProblem.noSuchColumn` for a column that is not there.
  package init(
    _ text: SpreadsheetText, path: String, numbers: [String], texts: [String], missing: [String], decimal: DecimalMark
  ) throws {
    self.text = text
    self.path = path
    self.numbers = Set(numbers)
    self.texts = Set(texts)
    self.missing = Self.missingWords.union(missing)
    self.decimal = decimal
    for name in numbers + texts where !text.columns.contains(name) { throw CommandProblem.noSuchColumn(name, columns: text.columns) }
    for name in numbers where self.texts.contains(name) { throw TableProblem.namedTwice(name) }
  }

  /// The table.
  /// - Throws: `TableProblem.badCell` for a cell that is no number where it has to be one, or that states an error of the spreadsheet.
  package mutating func table() throws -> Table {
    var rows = [[(any Value)?]](repeating: [], count: text.rows.count)
    for index in rows.indices { rows[index].reserveCapacity(text.columns.count) }
    var kinds: [String] = []
    for column in text.columns.indices {
      let (cells, kind) = try cells(of: column)
      for (index, cell) in cells.enumerated() { rows[index].append(cell) }
      kinds.append("\(text.columns[column]) \(kind)")
    }
    let remarks = text.remarks.map(Self.words)
    if text.separator != .comma { notes.insert("separator: \(text.separator.rawValue)", at: 0) }
    notes = remarks + notes
    notes.append("columns: \(kinds.joined(separator: ", "))")
    return Table(columns: text.columns, rows: rows)
  }

  private static func words(_ remark: SpreadsheetText.Remark) -> String {
    func counted(_ count: Int, _ noun: String) -> String { "\(NumberFormat.grouped(count)) empty \(noun)\(count == 1 ? "" : "s") left out" }
    return switch remark {
    case .encoding(let name): "read as \(name), because it is not UTF-8"
    case .namedRows(let name): "the first column has no name and is called `\(name)`"
    case .emptyRows(let count): counted(count, "row")
    case .emptyColumns(let count): counted(count, "column")
    }
  }

  private mutating func cells(of column: Int) throws -> ([(any Value)?], String) {
    let name = text.columns[column]
    let trimmed = text.rows.map { Self.trimmed($0.fields[column]) }
    let isThere = trimmed.map { !missing.contains($0) }
    let count = isThere.count { $0 }
    let empty = trimmed.count - count
    let suffix = empty > 0 ? " (\(NumberFormat.grouped(empty)) missing)" : ""
    for (row, cell) in trimmed.enumerated() where Self.errors.contains(cell) && !texts.contains(name) {
      throw problem(row, name, cell, "a value but an error of the spreadsheet", more: 0)
    }
    if texts.contains(name) || count == 0 {
      return (zip(text.rows, isThere).map { $1 ? $0.fields[column] : nil }, count == 0 ? "empty" : "text" + suffix)
    }
    let points = zip(trimmed, isThere).map { $1 ? Self.number($0, comma: false) : nil }
    let commas =
      decimal == .point || text.separator == .comma && decimal == .auto
      ? [] : zip(trimmed, isThere).map { $1 ? Self.number($0, comma: true) : nil }
    let (withPoints, withCommas) = (points.count { $0 != nil }, commas.count { $0 != nil })
    let usesCommas = decimal == .comma || withCommas > withPoints && (withCommas == count || numbers.contains(name))
    let found = usesCommas ? commas : points
    let matches = usesCommas ? withCommas : withPoints
    if matches == count {
      if !numbers.contains(name), !usesCommas, let reason = Self.codeReason(zip(trimmed, isThere).compactMap { $1 ? $0 : nil }) {
        notes.append("`\(name)` stays text: \(reason); numbers=\(name) reads them as numbers")
        return (zip(text.rows, isThere).map { $1 ? $0.fields[column] : nil }, "text" + suffix)
      }
      return (found.map { $0 }, "number" + (usesCommas ? " with decimal commas" : "") + suffix)
    }
    let bad = trimmed.indices.filter { isThere[$0] && found[$0] == nil }
    if numbers.contains(name) { throw problem(bad[0], name, trimmed[bad[0]], "a number", more: bad.count - 1) }
    let truths = zip(trimmed, isThere).map { $1 ? ["true": true, "false": false][$0.lowercased()] : nil }
    if truths.count(where: { $0 != nil }) == count { return (truths.map { $0 }, "true or false" + suffix) }
    if 2 * matches > count {
      let lines = bad.prefix(3).map { "\(text.rows[$0].line)" }.joined(separator: ", ")
      notes.append(
        "`\(name)` is text, because \(NumberFormat.grouped(bad.count)) of \(NumberFormat.grouped(count)) values are not numbers (line "
          + "\(lines)\(bad.count > 3 ? ", …" : "")); missing= names words for missing values")
    }
    return (zip(text.rows, isThere).map { $1 ? $0.fields[column] : nil }, "text" + suffix)
  }

  private func problem(_ row: Int, _ column: String, _ text: String, _ wanted: String, more: Int) -> TableProblem {
    .badCell(path: path, line: self.text.rows[row].line, column: column, text: text, wanted: wanted, more: more)
  }

  private static let errors: Set<String> = ["#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"]

  /// Why whole numbers are rather codes: zeros in front, or more digits than a number keeps.
  private static func codeReason(_ cells: [String]) -> String? {
    if cells.contains(where: { cell in
      let digits = cell.drop { $0 == "-" || $0 == "+" }
      return digits.count > 1 && digits.first == "0" && digits.allSatisfy(\.isNumber)
    }) {
      return "some values begin with zeros"
    }
    if cells.contains(where: { $0.count > 15 && $0.allSatisfy(\.isNumber) && Literal($0).number == nil }) {
      return "some values have more digits than a number keeps"
    }
    return nil
  }

  /// A finite number in decimal digits; nil for anything else.
  static func number(_ text: String, comma: Bool) -> Double? {
    guard !text.isEmpty, text.utf8.count <= 400 else { return nil }
    var digits = false
    for byte in text.utf8 {
      switch byte {
      case 48...57: digits = true
      case UInt8(ascii: "."): if comma { return nil }
      case UInt8(ascii: ","): if !comma { return nil }
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"): break
      default: return nil
      }
    }
    guard digits, let number = Double(comma ? text.replacing(",", with: ".") : text), number.isFinite else { return nil }
    return number
  }

  private static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last, first <= 32 || last <= 32 else { return text }
    return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
