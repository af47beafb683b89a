import Basics
import SegLang
import SegModel
import SegValues

extension Kappa.Weights: Choice {
  public var choiceHelp: String {
    switch self {
    case .none: "every disagreement counts in full"
    case .linear: "in proportion to the difference"
    case .quadratic: "in proportion to the squared difference"
    }
  }
}

/// `agree`: the agreement of readers or methods.
struct AgreeCommand: Command {
  enum Method: String, Choice {
    case blandAltman, kappa, icc
    var choiceHelp: String {
      switch self {
      case .blandAltman: "mean difference and limits of agreement of two columns"
      case .kappa: "Cohen's kappa of two columns of categories"
      case .icc: "intraclass correlations of two or more columns"
      }
    }
  }

  static let category = Category.cases
  static let summary = "Measures the agreement of readers or methods: Bland-Altman limits, kappa, intraclass correlation."
  static let discussion = """
    Each column is a reader or method, each row a case; rows without all values are left out. bland-altman gives the mean of first minus second, \
    its interval by Student's t, and the limits of agreement (1.96 SD) with approximate intervals (Bland and Altman 1999). kappa is Cohen's, with \
    large-sample intervals; weights need numbers. icc gives McGraw and Wong's forms: ICC(A,1) for absolute agreement and ICC(C,1) for consistency \
    of single ratings, and those of the mean of all readers; p tests a coefficient of 0.
    """
  static let examples = [
    Example(
      "1..12 | each { {first: it, second: it + it % 3} } | agree first,second", "Computes the limits of agreement."),
    Example(
      "1..12 | each { {first: it % 4, second: (it + it % 5) % 4} } | agree first,second method=kappa weights=quadratic",
      "Computes a weighted kappa."),
    Example("1..12 | each { {a: it, b: it + it % 3, c: it - it % 2} } | agree a,b,c method=icc", "Compares three readers."),
  ]
  static let seeAlso = ["correlate", "plot", "compare"]
  static let keywords = ["agreement", "bland-altman", "kappa", "icc", "reader", "reliability", "interobserver", "limits"]

  @Input("Table with the columns.") var table: Table
  @Argument("Columns to compare.") var columns: Columns
  @Option("Measure of agreement.") var method = Method.blandAltman
  @Option("Weights of disagreements, for kappa.") var weights: Kappa.Weights?
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95

  func run(_ context: Context) throws -> Table {
    let names = try columns.names(in: table)
    if weights != nil, method != .kappa { throw CommandProblem.wantsAlso("weights=", "method=kappa") }
    if names.count < 2 { throw TableProblem.tooFewColumns(names.count, wanted: "agreement needs at least two") }
    if names.count > 2, method != .icc {
      throw TableProblem.tooFewColumns(names.count, wanted: "method=\(method.oneLine) compares two; use method=icc for more")
    }
    if method == .kappa { return try kappa(names, context) }
    let numbers = try names.map { try table.strictNumbers(in: $0) }
    let complete = table.rows.indices.filter { row in numbers.allSatisfy { $0[row] != nil } }
    note(complete.count, names, context)
    let rows = complete.map { row in numbers.compactMap { $0[row] } }
    return method == .icc ? try coefficients(rows) : try limits(rows, names)
  }

  private func note(_ complete: Int, _ names: [String], _ context: Context) {
    guard complete < table.rows.count else { return }
    context.note(noteOfMissing(table.rows.count - complete, of: table.rows.count, names.joined(separator: " or ")))
  }

  private func limits(_ rows: [[Double]], _ names: [String]) throws -> Table {
    guard let agreement = BlandAltman(estimates: rows.map { $0[0] }, truths: rows.map { $0[1] }) else {
      throw CommandProblem.tooFewRows(rows.count, 3)
    }
    var fields: [(String, any Value)] = [("first", names[0]), ("second", names[1]), ("n", Double(rows.count))]
    func add(_ name: String, _ value: Double, _ interval: ClosedRange<Double>) {
      fields += [(name, value), ("\(name).low", interval.lowerBound), ("\(name).high", interval.upperBound)]
    }
    add("bias", agreement.bias, agreement.biasInterval(level: level))
    fields.append(("sd", agreement.deviation))
    let reach = agreement.limitReach(level: level)
    add("lower_limit", agreement.limits.lowerBound, agreement.limits.lowerBound - reach...agreement.limits.lowerBound + reach)
    add("upper_limit", agreement.limits.upperBound, agreement.limits.upperBound - reach...agreement.limits.upperBound + reach)
    return Table(records: [Record(fields)], rowName: "pair")
  }

  private func coefficients(_ rows: [[Double]]) throws -> Table {
    guard let result = IntraclassCorrelation(rows, level: level) else { throw TableProblem.undefined("the intraclass correlation") }
    return Table(
      records: result.forms.map { form in
        let fields: [(String, any Value)?] = [
          ("form", form.name), ("meaning", form.meaning), ("n", Double(rows.count)), ("raters", Double(rows[0].count)), ("icc", form.value),
          ("icc.low", form.interval.lowerBound), ("icc.high", form.interval.upperBound), form.f.isFinite ? ("f", form.f) : nil,
          ("p", form.p),
        ]
        return Record(fields.compactMap { $0 })
      }, rowName: "form")
  }

  private func kappa(_ names: [String], _ context: Context) throws -> Table {
    let cells = try names.map { try table.cells(in: $0) }
    let complete = table.rows.indices.filter { row in cells.allSatisfy { Table.category($0[row]) != nil } }
    note(complete.count, names, context)
    let both = cells.map { column in complete.map { column[$0] } }
    let all = both.flatMap { $0 }
    let categories = Table.categories(all)
    guard categories.count <= SummarizeCommand.categoryLimit else {
      throw TableProblem.tooManyCategories(column: names[0], categories.count, limit: SummarizeCommand.categoryLimit)
    }
    let isOrdered = all.allSatisfy { $0 is Double || $0 is Bool }
    let weights = weights ?? .none
    if weights != .none, !isOrdered, let words = zip(names, both).first(where: { !$1.allSatisfy { $0 is Double || $0 is Bool } }) {
      throw TableProblem.categoriesWithoutOrder(words.0)
    }
    let places = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, $0) })
    let indices = both.map { column in column.compactMap { Table.category($0).flatMap { places[$0] } } }
    let scale = isOrdered ? categories.map { Double($0) ?? ($0 == "true" ? 1 : 0) } : categories.indices.map(Double.init)
    guard let result = Kappa(indices[0], indices[1], categories: scale, weights: weights, level: level) else {
      throw TableProblem.undefined("kappa")
    }
    return Table(
      records: [
        Record([
          ("first", names[0]), ("second", names[1]), ("n", Double(complete.count)), ("weights", weights.oneLine), ("kappa", result.value),
          ("kappa.low", result.interval.lowerBound), ("kappa.high", result.interval.upperBound), ("agreement", result.agreement),
        ])
      ], rowName: "pair")
  }
}
