import Basics
import SegLang
import SegValues

/// `summarize`: statistics of columns.
struct SummarizeCommand: Command {
  static let category = Category.cases
  static let summary = "Summarizes columns: count, mean, SD, quantiles with bootstrap intervals; shares of categories."
  static let discussion = """
    A column of numbers gives one row: n, missing, mean, sd (n - 1), sum, min, the quartiles q1, median and q3, and max, with percentile bootstrap \
    intervals of mean and median. Quantiles are interpolated linearly, as in NumPy and R's type 7. A column of words, or of true and false, gives \
    one row per category: n and its percentage of the rows with a value, with Wilson's interval. Use group for one summary per group.
    """
  static let examples = [
    Example("phantom | segment | regions | summarize area", "Summarizes the area of the regions."),
    Example("1..9 | each { {age: 10 * it, sex: \"FM\"[it % 2]} } | summarize age,sex seed=7", "Summarizes numbers and categories."),
  ]
  static let seeAlso = ["group", "compare-groups", "correlate", "plot"]
  static let keywords = [
    "describe", "mean", "average", "median", "quantile", "sd", "count", "statistics", "table-1", "bootstrap", "aggregate",
  ]

  @Input("Table, or list of numbers.") var value: AnyValue
  @Argument("Columns to summarize. Default: all.") var columns: Columns?
  @Option("Further quantiles, 0 to 1.") var quantiles: [Double]?
  @Option("Number of bootstrap samples; 0 for no intervals.", in: 0...100_000) var draws = 2000
  @Option("Random seed of the bootstrap.", in: 0...1e15) var seed = 1
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95

  static let categoryLimit = 50

  func run(_ context: Context) throws -> Table {
    let table = try context.table(value)
    let names = try columns?.names(in: table) ?? table.columns
    for quantile in quantiles ?? [] where !(0...1).contains(quantile) {
      throw CommandProblem.outOfRange("quantiles", NumberFormat.exact(quantile), "0 to 1")
    }
    var rows: [Record] = []
    for (number, name) in names.enumerated() {
      context.progress(Double(number) / Double(names.count), name)
      let cells = try table.cells(in: name)
      if try table.isNumeric(name) {
        rows.append(try numbers(name, table.strictNumbers(in: name), context))
      } else if columns == nil, Table.categories(cells).count > Self.categoryLimit {
        context.note("`\(name)` is left out: more than \(Self.categoryLimit) different values are no categories")
      } else {
        rows += try shares(name, cells)
      }
    }
    return Table(records: rows, rowName: "row")
  }

  private func numbers(_ name: String, _ cells: [Double?], _ context: Context) throws -> Record {
    let values = cells.compactMap { $0 }.sorted()
    var fields: [(String, any Value)] = [
      ("column", name), ("n", Double(values.count)), ("missing", Double(cells.count - values.count)),
    ]
    func add(_ name: String, _ value: Double?) { if let value, value.isFinite { fields.append((name, value)) } }
    func addInterval(_ name: String, _ statistic: (Resample) -> Double?) throws {
      guard draws > 0, values.count > 1 else { return }
      let interval = try Statistics.bootstrapInterval(count: values.count, level: level, draws: draws, seed: UInt64(seed)) { drawn in
        try context.checkCancellation()
        return statistic(Resample(values, drawn))
      }
      add("\(name).low", interval?.lowerBound)
      add("\(name).high", interval?.upperBound)
    }
    add("mean", Statistics.mean(values))
    try addInterval("mean") { $0.mean }
    add("sd", Statistics.standardDeviation(values))
    add("min", values.first)
    add("q1", Statistics.quantile(ofSorted: values, 0.25))
    add("median", Statistics.quantile(ofSorted: values, 0.5))
    try addInterval("median") { $0.quantile(0.5) }
    add("q3", Statistics.quantile(ofSorted: values, 0.75))
    add("max", values.last)
    add("sum", values.isEmpty ? nil : values.reduce(0, +))
    for quantile in quantiles ?? [] {
      let label = "q\(NumberFormat.exact(quantile))"
      add(label, Statistics.quantile(ofSorted: values, quantile))
      try addInterval(label) { $0.quantile(quantile) }
    }
    return Record(fields)
  }

  private func shares(_ name: String, _ cells: [(any Value)?]) throws -> [Record] {
    let labels = cells.map { Table.category($0) }
    let categories = Table.categories(cells)
    guard categories.count <= Self.categoryLimit else {
      throw TableProblem.tooManyCategories(column: name, categories.count, limit: Self.categoryLimit)
    }
    let counts = Dictionary(labels.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
    let total = counts.values.reduce(0, +)
    let missing = Double(cells.count - total)
    if categories.isEmpty { return [Record([("column", name), ("n", 0.0), ("missing", missing)])] }
    return categories.map { category in
      let count = counts[category] ?? 0
      var fields: [(String, any Value)] = [
        ("column", name), ("category", category), ("n", Double(count)), ("missing", missing),
        ("percent", 100 * Double(count) / Double(total)),
      ]
      if let interval = Statistics.wilsonInterval(count, of: total, level: level) {
        fields += [("percent.low", 100 * interval.lowerBound), ("percent.high", 100 * interval.upperBound)]
      }
      return Record(fields)
    }
  }
}
