import Basics
import SegLang
import SegValues

/// `roc`: how well scores separate two outcomes.
struct RocCommand: Command {
  static let category = Category.cases
  static let summary = "Computes the area under the ROC curve of scores for an outcome, and the best threshold."
  static let discussion = """
    Higher scores predict the outcome; an area below 0.5 means the opposite. The interval is DeLong's. With several scores, all use the rows that \
    have every score, and p compares each with the first (DeLong's paired test). The threshold has the greatest sum of sensitivity and \
    specificity (Youden): scores at or above it are positive. Sensitivity and specificity have Wilson's intervals and are optimistic, because the \
    threshold was chosen on the same rows. The outcome is yes or no, true or false, 1 or 0, or the value of positive=.
    """
  static let examples = [
    Example(
      "1..20 | each { {score: it % 7, died: it % 7 + it % 3 > 5} } | roc outcome=died score=score", "Computes the area with its interval."),
    Example(
      "1..20 | each { {a: it % 7, b: it % 5, died: it % 7 + it % 3 > 5} } | roc outcome=died score=a,b", "Compares two scores."),
  ]
  static let seeAlso = ["plot", "compare-groups", "correlate"]
  static let keywords = ["auc", "receiver", "sensitivity", "specificity", "delong", "youden", "cutoff", "diagnostic", "accuracy"]

  @Input("Table with the columns.") var table: Table
  @Option("Column of the outcome.") var outcome: ColumnName
  @Option("Columns of the scores.") var score: Columns
  @Option("Value of the outcome that counts as positive.") var positive: String?
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95

  func run(_ context: Context) throws -> Table {
    let names = try score.names(in: table)
    let outcomes = try table.outcomes(in: outcome.name, positive: positive)
    let numbers = try names.map { try table.strictNumbers(in: $0) }
    let complete = table.rows.indices.filter { row in outcomes[row] != nil && numbers.allSatisfy { $0[row] != nil } }
    if complete.count < table.rows.count {
      context.note(
        noteOfMissing(table.rows.count - complete.count, of: table.rows.count, ([outcome.name] + names).joined(separator: " or ")))
    }
    let isPositive = complete.compactMap { outcomes[$0] }
    let scores = numbers.map { column in complete.compactMap { column[$0] } }
    let curves = DeLong(scores, isPositive: isPositive)
    let rows = try zip(names, scores).enumerated().map { index, item in
      let (name, values) = item
      guard let area = Statistics.areaUnderROC(values, isPositive: isPositive), let best = YoudenThreshold(values, isPositive: isPositive)
      else { throw CommandProblem.oneOutcome(outcome.name) }
      var fields: [(String, any Value)] = [
        ("score", name), ("n", Double(values.count)), ("positive", Double(best.found.of)), ("auc", area),
      ]
      func add(_ name: String, _ interval: ClosedRange<Double>?) {
        if let interval { fields += [("\(name).low", interval.lowerBound), ("\(name).high", interval.upperBound)] }
      }
      add("auc", curves?.interval(of: index, level: level))
      if index > 0, let p = curves?.p(0, index) { fields.append(("p", p)) }
      fields.append(("threshold", best.threshold))
      for (name, share) in [("sensitivity", best.found), ("specificity", best.cleared)] {
        fields.append((name, Double(share.count) / Double(share.of)))
        add(name, Statistics.wilsonInterval(share.count, of: share.of, level: level))
      }
      return Record(fields)
    }
    return Table(records: rows, rowName: "score")
  }
}
