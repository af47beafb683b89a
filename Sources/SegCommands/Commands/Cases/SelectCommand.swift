import SegLang
import SegValues

/// `select`: some of the columns.
struct SelectCommand: Command {
  static let category = Category.cases
  static let summary = "Keeps some columns of a table, in the given order."
  static let discussion = """
    Names are written with commas between them. With except=, all other columns stay. Use where to select rows.
    """
  static let examples = [
    Example("phantom | segment | regions | select label,area", "Keeps two columns."),
    Example("phantom | segment | regions | select except=area", "Removes one column."),
  ]
  static let seeAlso = ["where", "derive", "sort"]
  static let keywords = ["columns", "subset", "drop", "rename"]

  @Input("Table to select from.") var table: Table
  @Argument("Columns to keep.") var columns: Columns?
  @Option("Columns to remove.") var except: Columns?

  func run(_ context: Context) throws -> Table {
    switch (columns, except) {
    case (let columns?, nil): return table.selecting(try columns.names(in: table))
    case (nil, let except?):
      let removed = Set(try except.names(in: table))
      return table.selecting(table.columns.filter { !removed.contains($0) })
    case (nil, nil): throw CommandProblem.wantsOneOf(["names of columns", "except="])
    default: throw CommandProblem.tooMany(["names of columns", "except="])
    }
  }
}
