import Basics
import SegLang

/// Rows of values under named columns: what `regions` gives and what a CSV file holds.
package struct Table: Sequential {
  package let columns: [String]
  /// As many cells in each row as there are columns; nil where there is nothing.
  package let rows: [[(any Value)?]]
  /// What a row is: "region".
  package let rowName: String
  /// The rows whose file could not be read; nil where rows are no files.
  package let unreadable: Set<Int>?

  package init(columns: [String], rows: [[(any Value)?]], rowName: String = "row", unreadable: Set<Int>? = nil) {
    self.columns = columns
    self.rows = rows
    self.rowName = rowName
    self.unreadable = unreadable
  }

  /// One row for each record; a record or report inside becomes columns of its own (`severity.percent`). Columns come in the order of first use.
  package init(records: [Record], rowName: String = "row", unreadable: Set<Int>? = nil) {
    let flat = records.map { Table.flattened($0, prefix: "") }
    var columns: [String] = []
    var known = Set<String>()
    for row in flat {
      for cell in row where known.insert(cell.name).inserted { columns.append(cell.name) }
    }
    self.init(
      columns: columns,
      rows: flat.map { row in
        let cells = Dictionary(row.map { ($0.name, $0.value) }) { first, _ in first }
        return columns.map { cells[$0] ?? nil }
      }, rowName: rowName, unreadable: unreadable)
  }

  /// Some of the rows, in a given order.
  package func keeping(_ indices: [Int]) -> Table {
    Table(
      columns: columns, rows: indices.map { rows[$0] }, rowName: rowName,
      unreadable: unreadable.map { unreadable in Set(indices.indices.filter { unreadable.contains(indices[$0]) }) })
  }

  /// The table with a column, where it is there, as the last.
  package func with(last name: String) -> Table {
    guard let index = columns.firstIndex(of: name) else { return self }
    func moved<T>(_ items: [T]) -> [T] { items[..<index] + items[(index + 1)...] + [items[index]] }
    return Table(columns: moved(columns), rows: rows.map { moved($0) }, rowName: rowName, unreadable: unreadable)
  }

  /// The rows that a value stands for: a table, a record, a list of records; nil for anything else.
  package init?(rowsOf value: any Value) throws {
    switch value {
    case let table as Table: self = table
    case let record as Record: self.init(records: [record])
    case let value as any Recordable: self.init(records: [value.record])
    case let list as List:
      let records = list.items.compactMap { $0 as? Record ?? ($0 as? any Recordable)?.record }
      guard records.count == list.items.count, !records.isEmpty else { return nil }
      self.init(records: records)
    default:
      guard let table = try value.converted(to: Table.self) else { return nil }
      self = table
    }
  }

  static func flattened(_ record: Record, prefix: String) -> [(name: String, value: (any Value)?)] {
    record.fields.flatMap { field -> [(name: String, value: (any Value)?)] in
      let name = prefix + field.name
      if let inner = field.value as? Record { return flattened(inner, prefix: name + ".") }
      if let inner = (field.value as? any Recordable)?.record { return flattened(inner, prefix: name + ".") }
      return [(name, field.value)]
    }
  }

  package static let typeName = "Table"
  package static let becomesIt = true
  package static let typeHelp = "Rows of values in named columns; `for` iterates over the rows as records."

  package var oneLine: String { "\(size)\(size.contains(":") ? ";" : ":") \(columns.joined(separator: ", "))" }

  /// "12 regions", or what came of a cohort: "303 files: 294 scored, 7 unreadable, 2 without lungs".
  package var size: String { CohortCounts(self)?.text ?? "\(NumberFormat.grouped(rows.count)) \(rowName)\(rows.count == 1 ? "" : "s")" }

  /// The rows in aligned columns.
  package var details: [String] { rows.isEmpty ? [] : Self.aligned([columns] + rows.map { $0.map(Self.shown) }, numbers: numbers) }

  /// The rows in aligned columns on so much room: names and texts are cut, then columns left out from the right and rows from below, and what is left out is
  /// told in a last line.
  /// - Parameters:
  ///   - width: characters of a line, 20 or more.
  ///   - height: lines, 4 or more.
  package func fitted(width: Int, height: Int) -> [String] {
    guard !rows.isEmpty else { return [] }
    let (width, height) = (max(20, width), max(4, height))
    let shownRows = rows.count + 1 <= height ? rows.count : height - 2
    func cut(_ text: String) -> String { text.count > 32 ? String(text.prefix(31)) + "…" : text }
    let cells = ([columns] + rows.prefix(shownRows).map { $0.map(Self.shown) }).map { $0.map(cut) }
    var room = width
    let fitting = columns.indices.prefix { column in
      room -= (cells.map { $0[column].count }.max() ?? 0) + (column > 0 ? 2 : 0)
      return room >= 0 || column == 0
    }
    var lines = Self.aligned(cells.map { Array($0[..<fitting.count]) }, numbers: numbers).map { String($0.prefix(width)) }
    var left: [String] = []
    if shownRows < rows.count { left.append("\(NumberFormat.grouped(rows.count - shownRows)) more \(rowName)s") }
    if fitting.count < columns.count { left.append("columns " + columns[fitting.count...].joined(separator: ", ")) }
    if !left.isEmpty {
      let words = "… " + left.joined(separator: "; ")
      lines.append(words.count > width ? String(words.prefix(width - 1)) + "…" : words)
    }
    return lines
  }

  private var numbers: [Bool] { columns.indices.map { column in rows.contains { $0[column] is Double || $0[column] is Int } } }

  /// Lines of cells, the first being the names of the columns; numbers stand to the right.
  private static func aligned(_ cells: [[String]], numbers: [Bool]) -> [String] {
    let count = cells.first?.count ?? 0
    let widths = (0..<count).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - text.count)
        line += (column > 0 ? "  " : "") + (numbers[column] ? blanks + text : text + blanks)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  /// A cell as it is shown, on one line.
  package static func shown(_ value: (any Value)?) -> String {
    switch value {
    case nil: "-"
    // Below 1, as p-values and correlations, two decimals are too few.
    case let number as Double: abs(number) < 1 ? NumberFormat.significant(number) : NumberFormat.short(number, 2)
    case let list as List: "[" + list.items.map { shown($0) }.joined(separator: ", ") + "]"
    case let value?: String(value.oneLine.map { $0.isNewline ? " " : $0 })
    }
  }

  package var json: JSON { .array(records.map(\.json)) }

  package var records: [Record] {
    rows.indices.map { record($0) }
  }

  package static var elementType: ValueType { .of(Record.self) }
  package func elements() -> Elements { Elements(count: rows.count, item: { record($0) }) }

  private func record(_ row: Int) -> Record { Record(zip(columns, rows[row]).compactMap { name, value in value.map { (name, $0) } }) }

  package static var indexing: Indexing? {
    Indexing(1) { (table: Table, at) in
      guard table.rows.indices.contains(at[0]) else { throw CommandProblem.noSuchCase(at[0], count: table.rows.count) }
      return table.record(at[0])
    } slice: { (table: Table, ranges) in
      table.keeping(Array(try ranges[0].checked(count: table.rows.count)))
    }
  }

  package static var conversions: [Conversion] { [Conversion { (table: Table) in List(table.records) }] }
  package static var properties: [Property] {
    [
      Property("count", "Number of rows.") { (table: Table) in table.rows.count },
      Property("rows", "The rows as records.") { (table: Table) in List(table.records) },
    ]
  }
}

/// A value that is a record by another name: saved as CSV it gives one row.
package protocol Recordable: Value {
  var record: Record { get }
}
