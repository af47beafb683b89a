import SegLang
import SegValues

/// `group`: a block for the rows of each group.
struct GroupCommand: Command {
  static let category = Category.cases
  static let summary = "Runs a block for the rows of each group and collects the results in one table."
  static let discussion = """
    Rows with equal values in the columns of by= form a group, which is the table `it` in the block. Groups are in order: numbers by size, texts \
    in natural order, missing values last. Each row of the result begins with the values of its group. The block returns a table, a record, or a \
    single value, which becomes the column value.
    """
  static let examples = [
    Example(
      "1..6 | each { {site: it % 2, age: 10 * it} } | group by=site { it | summarize age draws=0 }", "Summarizes the age in two groups."),
    Example("1..6 | each { {site: it % 2, age: 10 * it} } | group by=site { {n: it.count} }", "Counts the rows of each group."),
  ]
  static let seeAlso = ["summarize", "compare-groups", "each", "where"]
  static let keywords = ["groupby", "split", "aggregate", "strata", "subgroup", "by"]

  @Input("Table to group.") var table: Table
  @Option("Columns whose values form the groups.") var by: Columns
  @Argument("Block to run for the rows of each group.") var body: Closure

  static func blockInput(for input: ValueType?) -> ValueType { .of(Table.self) }

  func run(_ context: Context) throws -> Table {
    let keys = try by.names(in: table)
    var records: [Record] = []
    for group in try table.groups(by: keys) {
      try context.checkCancellation()
      let label = zip(keys, group.key).map { "\($0)=\($1?.oneLine ?? "missing")" }.joined(separator: ", ")
      let it = Traced(table.keeping(group.rows), step: context.origins.first)
      guard let result = try context.call(body, it: it, caseName: label)?.value else { throw CommandProblem.emptyTrial }
      let head = zip(keys, group.key).compactMap { name, value in value.map { (name, $0) } }
      let rows =
        try Table(rowsOf: result)?.records ?? [Record([("value", result)])]
      records += rows.map { row in Record(head + row.fields.filter { !keys.contains($0.name) }.map { ($0.name, $0.value) }) }
    }
    // A group whose key is missing must not decide the order of the columns.
    let result = Table(records: records, rowName: "row")
    return result.selecting(keys.filter(result.columns.contains) + result.columns.filter { !keys.contains($0) })
  }
}
