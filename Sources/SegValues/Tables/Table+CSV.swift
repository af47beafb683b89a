import Basics
import SegLang
import SegModel

extension Table {
  /// Comma-separated values: a line of column names, then one per row. Numbers have a decimal point, what is missing or not finite is empty, and an
  /// interval takes two columns, `intervals.percent.low` and `intervals.percent.high`.
  package var csv: String {
    let intervals = columns.indices.map(isInterval)
    let header = columns.indices.flatMap { column in
      intervals[column] ? ["\(columns[column]).low", "\(columns[column]).high"] : [columns[column]]
    }
    let lines = rows.map { row in
      columns.indices.flatMap { column in
        guard intervals[column] else { return [Self.plain(row[column])] }
        let ends = (row[column] as? List)?.items ?? []
        return [Self.plain(ends.first), Self.plain(ends.dropFirst().first)]
      }
    }
    return ([header.map(CSVText.guarded)] + lines).map(CSVText.line).joined()
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
