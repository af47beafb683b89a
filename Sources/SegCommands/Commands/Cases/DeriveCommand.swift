import SegLang
import SegValues

/// `derive`: new columns computed from each row.
struct DeriveCommand: Command {
  static let category = Category.cases
  static let summary = "Adds columns that a block computes from each row."
  static let discussion = """
    The block returns a record of new columns; `it` is the row. With a name, the block returns the value of that column. Existing columns of the \
    same name are replaced in their place. Rows that lack a value that the block asks for have no value in the new columns, and a note names them.
    """
  static let examples = [
    Example("phantom | segment | regions | derive share { it.area / 1000 }", "Adds one column."),
    Example("1..3 | each { {a: it, b: it ^ 2} } | derive { {sum: it.a + it.b, ratio: it.b / it.a} }", "Adds two columns."),
  ]
  static let seeAlso = ["select", "where", "each", "group"]
  static let keywords = ["mutate", "assign", "compute", "column", "transform", "new"]

  @Input("Table to add to.") var table: Table
  @Argument("Name of one new column.") var name: ColumnName?
  @Argument("Block that computes new values from a row.") var body: Closure

  static func blockInput(for input: ValueType?) -> ValueType { .of(Record.self) }

  func run(_ context: Context) throws -> Table {
    let results = try BatchRun(.table(table), context).resultsOfRows(
      of: body, note: "no new value, because one that the block asks for is missing")
    if let name { return table.adding([(name.name, results.map { $0 })]) }
    let records = try results.map { result -> Record? in
      guard let result else { return nil }
      guard let record = result as? Record ?? (result as? any Recordable)?.record else {
        throw TableProblem.notARecord(type(of: result).typeName)
      }
      return record
    }
    let added = Table(records: records.map { $0 ?? Record([]) })
    return table.adding(added.columns.indices.map { column in (added.columns[column], added.rows.map { $0[column] }) })
  }
}
