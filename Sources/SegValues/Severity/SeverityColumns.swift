import SegLang
import SegModel

/// What the columns of a table of severities mean: told by their full names.
package struct SeverityColumns {
  /// What stands before `percent`: "" of a table of severities, "score." where they are a field of each row.
  package let prefix: String
  private var name: String?

  package init(prefix: String) { self.prefix = prefix }

  /// The severity whose percentage a column is; of a column with another name, that column alone.
  package init(percent column: String) {
    prefix = column.hasSuffix("percent") ? String(column.dropLast("percent".count)) : column + "."
    name = column
  }

  private static let parts: Set<String> = ["right", "left", "before", "intervals", "zones"]

  /// The severities of a table, by the columns `percent` that hold a whole one; those of one lung, or of what was before a correction, are none.
  package static func all(in columns: [String]) -> [SeverityColumns] {
    columns.compactMap { column in
      guard column == "percent" || column.hasSuffix(".percent") else { return nil }
      let prefix = String(column.dropLast("percent".count))
      let part = prefix.split(separator: ".").last.map(String.init) ?? ""
      return parts.contains(part) ? nil : SeverityColumns(prefix: prefix)
    }
  }

  /// The column's full name.
  package var percent: String { name ?? prefix + "percent" }

  /// The values that a figure of this name can have; nil for a name that is no figure of a severity.
  package static func range(of column: String) -> ClosedRange<Double>? {
    let words = column.split(separator: ".").map(String.init)
    guard let last = words.last else { return nil }
    if last == "low" || last == "high" { return words.count > 1 ? range(of: words.dropLast().joined(separator: ".")) : nil }
    if last == "percent" { return IntervalRule.Figure.percent.range }
    if words.dropLast().last == "zones" { return LungZone(rawValue: last).map { _ in IntervalRule.Figure.zone.range } }
    return [IntervalRule.Figure.extent, .extentEstimate, .brixiaEstimate].first { $0.rawValue == last }?.range
  }

  /// Whether a column holds percentages.
  package static func isPercentage(_ column: String) -> Bool { range(of: column) == IntervalRule.Figure.percent.range }

  /// Whether a column is a share of the lungs that is opaque: a percentage with the grade of its severity in the same table.
  package static func isShare(_ column: String, in columns: [String]) -> Bool {
    isPercentage(column)
      && (column == "percent" || columns.contains { $0.hasSuffix("grade") && column.hasPrefix($0.dropLast("grade".count)) })
  }
}
