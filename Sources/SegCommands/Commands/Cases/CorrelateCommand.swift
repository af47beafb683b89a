import Basics
import SegLang
import SegValues

extension Correlation.Method: Choice {
  public var choiceHelp: String {
    switch self {
    case .pearson: "linear correlation"
    case .spearman: "correlation of ranks"
    case .kendall: "Kendall's tau-b, for few values or many ties"
    }
  }
}

/// `correlate`: correlations of pairs of columns.
struct CorrelateCommand: Command {
  static let category = Category.cases
  static let summary = "Computes the correlation of each pair of columns, with its interval and p-value."
  static let discussion = """
    Each pair of columns uses the rows that have both values; n states their number. Intervals use Fisher's transform, for ranks with the standard \
    errors of Bonett and Wright (2000). P-values are two-sided: by Student's t for Pearson and Spearman; for Kendall exact up to 33 rows without \
    ties, otherwise normal. They are not adjusted for the number of pairs.
    """
  static let examples = [
    Example("1..9 | each { {a: it, b: it ^ 2, c: (it - 5) ^ 2} } | correlate a,b,c", "Correlates three columns."),
    Example("1..9 | each { {a: it, b: it ^ 2} } | correlate a,b method=spearman", "Correlates the ranks."),
  ]
  static let seeAlso = ["agree", "plot", "summarize"]
  static let keywords = ["correlation", "pearson", "spearman", "kendall", "association", "r", "rho", "tau"]

  @Input("Table with the columns.") var table: Table
  @Argument("Two or more columns of numbers.") var columns: Columns
  @Option("Type of correlation.") var method = Correlation.Method.pearson
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95

  func run(_ context: Context) throws -> Table {
    let names = try columns.names(in: table)
    guard names.count > 1 else { throw TableProblem.tooFewColumns(names.count, wanted: "a correlation needs two, such as age,percent") }
    let numbers = try names.map { try table.strictNumbers(in: $0) }
    var rows: [Record] = []
    for (i, j) in names.indices.flatMap({ i in names.indices.dropFirst(i + 1).map { (i, $0) } }) {
      try context.checkCancellation()
      let pairs = zip(numbers[i], numbers[j]).compactMap { x, y in x.flatMap { x in y.map { (x, $0) } } }
      var fields: [(String, any Value)] = [
        ("x", names[i]), ("y", names[j]), ("method", method.oneLine), ("n", Double(pairs.count)),
      ]
      if let result = Correlation(pairs.map(\.0), pairs.map(\.1), method, level: level) {
        fields.append(("coefficient", result.coefficient))
        if let interval = result.interval { fields += [("low", interval.lowerBound), ("high", interval.upperBound)] }
        fields.append(("p", result.p))
      } else {
        context.note("the correlation of `\(names[i])` and `\(names[j])` is undefined: fewer than 3 rows, or values that do not vary")
      }
      rows.append(Record(fields))
    }
    return Table(records: rows, rowName: "pair")
  }
}
