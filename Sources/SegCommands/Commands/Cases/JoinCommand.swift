import Basics
import SegLang
import SegValues

/// `join`: the columns of two tables by their common keys.
struct JoinCommand: Command {
  enum Kind: String, Choice {
    case inner, left, right, full
    var choiceHelp: String {
      switch self {
      case .inner: "rows with a match in both tables"
      case .left: "all rows of the first table"
      case .right: "all rows of the second table"
      case .full: "all rows of both tables"
      }
    }
  }

  static let category = Category.cases
  static let summary = "Joins two tables by the values of common columns, and states the rows without a match."
  static let discussion = """
    Rows match if all columns of by= are equal; missing values match nothing. The result has the rows of the first table in their order, then those \
    of the second alone. Other columns that both tables have get the suffix in the second. A key may occur several times in one table, but not in \
    both.
    """
  static let examples = [
    Example(
      "a = 1..3 | each { {case: it, percent: 10 * it} }; b = 2..4 | each { {case: it, age: 20 * it} }; a | join (b) by=case",
      "Joins two tables; one row of each has no match."),
    Example(
      "a = 1..3 | each { {case: it, percent: 10 * it} }; b = 2..4 | each { {case: it, age: 20 * it} }; a | join (b) by=case how=left",
      "Keeps all rows of the first table."),
  ]
  static let seeAlso = ["load-table", "select", "group"]
  static let keywords = ["merge", "match", "lookup", "combine", "outcome"]

  @Input("First table.") var table: Table
  @Argument("Second table.") var second: Table
  @Option("Columns that both tables have.") var by: Columns
  @Option("Rows to keep.") var how = Kind.inner
  @Option("Suffix of other columns that both tables have.") var suffix = "_other"

  func run(_ context: Context) throws -> Table {
    let keys = try by.names(in: table)
    let (result, alone, otherAlone, isMany) = try table.joined(
      second, by: keys, keepsAll: how == .left || how == .full, keepsOther: how == .right || how == .full, suffix: suffix)
    for (rows, source, which, isKept) in [
      (alone, table, "first", how == .left || how == .full), (otherAlone, second, "second", how == .right || how == .full),
    ] where !rows.isEmpty {
      let names = rows.prefix(5).map { row in keys.map { key in Self.cell(source, row, key) }.joined(separator: ", ") }
      context.note(
        "\(NumberFormat.grouped(rows.count)) of \(NumberFormat.grouped(source.rows.count)) rows of the \(which) table without a match "
          + (isKept ? "are kept" : "are left out") + ": \(names.joined(separator: "; "))" + (rows.count > 5 ? "; …" : ""))
    }
    if isMany { context.note("some keys occur several times, so some rows of one table are repeated") }
    return result
  }

  private static func cell(_ table: Table, _ row: Int, _ key: String) -> String {
    (try? table.index(of: key)).flatMap { table.rows[row][$0] }?.oneLine ?? "missing"
  }
}
