import Basics
import SegLang
import SegModel

extension Table {
  /// Comma-separated values: a line of column names, then one per row. Numbers have a decimal point, what is missing or not finite is empty, and an
  /// interval takes two columns next to the value that it belongs to: `percent`, `percent.low`, `percent.high`.
  package var csv: String { csv(csvColumns) }

  /// The same as earlier versions wrote it: intervals in the place and by the name of their own column, `intervals.percent.low`.
  package var earlierCSV: String { csv(columns.indices.flatMap(earlierColumns)) }

  /// A column of a CSV file: a column of the table, or one end of an interval in it.
  private struct CSVColumn {
    let name: String
    let column: Int
    var end: Int?
  }

  private func csv(_ written: [CSVColumn]) -> String {
    let lines = rows.map { row in
      written.map { column in
        guard let end = column.end else { return Self.plain(row[column.column]) }
        return Self.plain((row[column.column] as? List)?.items.dropFirst(end).first)
      }
    }
    return ([written.map { CSVText.guarded($0.name) }] + lines).map(CSVText.line).joined()
  }

  private var csvColumns: [CSVColumn] {
    let known = Set(columns)
    var written: [CSVColumn] = []
    var intervals: [(owner: String, ends: [CSVColumn])] = []
    for column in columns.indices {
      if isInterval(column), let owner = Self.owner(ofInterval: columns[column]),
        known.isDisjoint(with: ["\(owner).low", "\(owner).high"]), !intervals.contains(where: { $0.owner == owner })
      {
        intervals.append((owner, Self.ends(of: owner, in: column)))
      } else {
        written += earlierColumns(column)
      }
    }
    for (owner, ends) in intervals {
      written.insert(contentsOf: ends, at: written.firstIndex { $0.name == owner }.map { $0 + 1 } ?? written.count)
    }
    return written
  }

  private func earlierColumns(_ column: Int) -> [CSVColumn] {
    isInterval(column) ? Self.ends(of: columns[column], in: column) : [CSVColumn(name: columns[column], column: column)]
  }

  private static func ends(of name: String, in column: Int) -> [CSVColumn] {
    ["low", "high"].enumerated().map { CSVColumn(name: "\(name).\($1)", column: column, end: $0) }
  }

  /// Whether a column holds the lowest and highest likely value of another.
  private func isInterval(_ column: Int) -> Bool {
    let parts = columns[column].split(separator: ".")
    guard parts.contains("intervals") || parts.last == "interval" else { return false }
    let cells = rows.compactMap { $0[column] }
    return !cells.isEmpty
      && cells.allSatisfy { ($0 as? List)?.items.count == 2 && ($0 as? List)?.items.allSatisfy { $0 is Double } == true }
  }

  private static func plain(_ value: (any Value)?) -> String {
    switch value {
    case nil: ""
    case let number as Double: number.isFinite ? NumberFormat.exact(number) : ""
    case let share as Percentage: NumberFormat.exact(share.fraction)
    case let text as String: CSVText.guarded(text)
    case let path as Path: CSVText.guarded(path.text)
    case let length as Length: length.oneLine
    case let angle as Angle: angle.oneLine
    case let value?: CSVText.guarded(value.oneLine)
    }
  }
}
