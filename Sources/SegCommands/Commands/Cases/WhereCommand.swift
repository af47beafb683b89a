import SegLang
import SegValues

/// `where`: the cases that a condition holds for.
struct WhereCommand: Command {
  static let category = Category.cases
  static let summary = "Keeps the cases, rows or items that meet a condition."
  static let discussion = """
    Rows that lack the value, such as rows of failed cases, are left out with a note. A value that no row has is an error. Address a field of a \
    nested record with a dotted name, such as it.right.percent.
    """
  static let examples = [
    Example("[3, 1, 2] | where { it > 1 }", "Keeps two numbers."),
    Example("phantom | segment | regions | where { it.area > 100 } | sort by=area", "Keeps the larger regions of a table."),
  ]
  static let seeAlso = ["each", "sort"]
  static let keywords = ["filter", "select", "subset", "query"]

  @Input("Cases, table, list or range to filter.") var items: Batch
  @Argument("Block that returns true for the items to keep.", gives: .of(Bool.self)) var condition: Closure

  static func outputType(for input: ValueType?) -> ValueType { Batch.kept(input) }

  func run(_ context: Context) throws -> AnyValue {
    let batch = try BatchRun(items, context)
    var (leftOut, first): (Int, Diagnostic?) = (0, nil)
    defer { batch.noteRemarks() }
    let kept = try (0..<batch.elements.count).filter { index in
      let result: Traced?
      do { result = try batch.call(condition, at: index).result } catch let failure as Diagnostic {
        // A row without the value that is asked for, such as one of a case that failed, does not meet the condition.
        guard case .table = items, case .caseFailed(let name, _, _, "E103", _, _) = failure.problem else { throw failure }
        leftOut += 1
        first = first ?? failure
        context.note("\(name) is left out: it has no value to compare")
        return false
      }
      guard let holds = result?.value as? Bool else {
        throw CommandProblem.notACondition(result.map { type(of: $0.value).typeName } ?? "nothing")
      }
      return holds
    }
    // A value that no row has is a name that is wrong.
    if let first, leftOut == batch.elements.count { throw first }
    return AnyValue(try items.keeping(kept).member)
  }
}
