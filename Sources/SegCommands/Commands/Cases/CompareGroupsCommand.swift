import Basics
import SegLang
import SegValues

/// `compare-groups`: tests of columns between groups.
struct CompareGroupsCommand: Command {
  static let category = Category.cases
  static let summary = "Compares columns between groups: Mann-Whitney, Fisher, Kruskal-Wallis or chi-square, with effect sizes."
  static let discussion = """
    Numbers in two groups: the Mann-Whitney test, the probability that a value of the first group is larger (equal values count half) with \
    DeLong's interval, and the median difference, first minus second (Hodges and Lehmann). The p-value is exact below 50 values per group without \
    ties. Numbers in more groups: Kruskal-Wallis and epsilon squared with a bootstrap interval. Two categories in two groups: Fisher's exact test \
    and the conditional odds ratio with its exact interval. Other categories: chi-square and Cramér's V with a bootstrap interval. The groups and \
    categories are in order, numbers by size. P-values are two-sided and not adjusted for the number of columns.
    """
  static let examples = [
    Example(
      "1..12 | each { {age: 10 * (it % 7), sex: \"FM\"[it % 2], died: it % 3 == 0} } | compare-groups age,sex by=died",
      "Compares age and sex between two groups."),
    Example("1..15 | each { {age: 10 * (it % 7), site: it % 3} } | compare-groups age by=site seed=5", "Compares three groups."),
  ]
  static let seeAlso = ["summarize", "group", "roc", "correlate"]
  static let keywords = ["test", "mann-whitney", "wilcoxon", "fisher", "chi-square", "kruskal", "odds", "p-value", "effect", "difference"]

  @Input("Table with the columns.") var table: Table
  @Argument("Columns to compare.") var columns: Columns
  @Option("Column of the groups.") var by: ColumnName
  @Option("Confidence level of the intervals.", in: 0.5...0.999) var level = 0.95
  @Option("Number of bootstrap samples; 0 for no bootstrap intervals.", in: 0...100_000) var draws = 2000
  @Option("Random seed of the bootstrap.", in: 0...1e15) var seed = 1

  func run(_ context: Context) throws -> Table {
    let names = try columns.names(in: table)
    let labels = try table.cells(in: by.name)
    let groups = Table.categories(labels)
    guard (2...SummarizeCommand.categoryLimit).contains(groups.count) else {
      throw TableProblem.wrongGroupCount(column: by.name, found: groups.count, wanted: "2 to \(SummarizeCommand.categoryLimit) are")
    }
    let members = labels.map { Table.category($0) }
    var rows: [Record] = []
    for name in names {
      try context.checkCancellation()
      let cells = try table.cells(in: name)
      let complete = table.rows.indices.filter { members[$0] != nil && Table.category(cells[$0]) != nil }
      if complete.count < table.rows.count {
        context.note(noteOfMissing(table.rows.count - complete.count, of: table.rows.count, "\(name) or \(by.name)"))
      }
      let head: [(String, any Value)] = [("column", name), ("groups", groups.joined(separator: " / "))]
      let body =
        try table.isNumeric(name)
        ? numbers(name, try table.strictNumbers(in: name), members, groups, context) : counts(name, cells, members, groups, context)
      rows.append(Record(head + body))
    }
    return Table(records: rows, rowName: "comparison")
  }

  private func numbers(
    _ name: String, _ values: [Double?], _ members: [String?], _ groups: [String], _ context: Context
  ) throws -> [(String, any Value)] {
    let parts = groups.map { group in zip(values, members).compactMap { $1 == group ? $0 : nil } }
    if let empty = zip(groups, parts).first(where: { $1.isEmpty }) {
      throw TableProblem.emptyGroup(empty.0, of: by.name, column: name)
    }
    var fields: [(String, any Value)] = [("n", parts.map { "\($0.count)" }.joined(separator: " / "))]
    if parts.count == 2, let test = MannWhitney(parts[0], parts[1], level: level) {
      fields += [("test", test.isExact ? "Mann-Whitney, exact" : "Mann-Whitney"), ("statistic", test.u), ("p", test.p)]
      fields += [("effect", "probability of superiority"), ("size", test.superiority)]
      add("size", test.superiorityInterval, &fields)
      fields.append(("difference", test.shift))
      add("difference", test.shiftInterval, &fields)
      return fields
    }
    guard let test = KruskalWallis(parts) else { throw TableProblem.undefined("the comparison of `\(name)`") }
    fields += [("test", "Kruskal-Wallis"), ("statistic", test.h), ("p", test.p), ("effect", "epsilon squared"), ("size", test.effect)]
    let all = zip(values, members).compactMap { value, member in value.flatMap { value in member.map { ($0, value) } } }
    let interval = try bootstrapped(all.count, context) { drawn in
      KruskalWallis(groups.map { group in drawn.compactMap { all[$0].0 == group ? all[$0].1 : nil } })?.effect
    }
    add("size", interval, &fields)
    return fields
  }

  private func counts(
    _ name: String, _ cells: [(any Value)?], _ members: [String?], _ groups: [String], _ context: Context
  ) throws -> [(String, any Value)] {
    let pairs = zip(cells, members).compactMap { cell, member in Table.category(cell).flatMap { category in member.map { ($0, category) } }
    }
    let categories = Table.categories(cells)
    guard categories.count <= SummarizeCommand.categoryLimit else {
      throw TableProblem.tooManyCategories(column: name, categories.count, limit: SummarizeCommand.categoryLimit)
    }
    let rowOf = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
    let columnOf = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, $0) })
    func table(_ pairs: [(String, String)]) -> [[Int]] {
      var table = [[Int]](repeating: [Int](repeating: 0, count: categories.count), count: groups.count)
      for (group, category) in pairs { if let row = rowOf[group], let column = columnOf[category] { table[row][column] += 1 } }
      return table
    }
    let counts = table(pairs)
    var fields: [(String, any Value)] = [
      ("categories", categories.joined(separator: " / ")), ("n", counts.map { "\($0.reduce(0, +))" }.joined(separator: " / ")),
    ]
    if groups.count == 2, categories.count == 2 {
      let test = FisherExact(counts[0][0], counts[0][1], counts[1][0], counts[1][1], level: level)
      fields += [("test", "Fisher's exact"), ("p", test.p), ("effect", "odds ratio")]
      if let ratio = test.oddsRatio, ratio.isFinite { fields.append(("size", ratio)) }
      if let interval = test.interval {
        fields.append(("size.low", interval.lowerBound))
        if interval.upperBound.isFinite { fields.append(("size.high", interval.upperBound)) }
      }
      if test.oddsRatio.map({ !$0.isFinite }) ?? false { context.note("the odds ratio of `\(name)` is infinite, because a cell is empty") }
      return fields
    }
    guard let test = ChiSquare(counts) else { throw TableProblem.undefined("the comparison of `\(name)`") }
    fields += [("test", "chi-square"), ("statistic", test.statistic), ("p", test.p), ("effect", "Cramér's V"), ("size", test.cramersV)]
    if test.leastExpected < 5 {
      context.note(
        "`\(name)`: an expected count is \(NumberFormat.short(test.leastExpected, 1)); below 5, chi-square's p-value is unreliable")
    }
    add("size", try bootstrapped(pairs.count, context) { drawn in ChiSquare(table(drawn.map { pairs[$0] }))?.cramersV }, &fields)
    return fields
  }

  private func bootstrapped(_ count: Int, _ context: Context, _ statistic: ([Int]) -> Double?) throws -> ClosedRange<Double>? {
    guard draws > 0 else { return nil }
    return try Statistics.bootstrapInterval(count: count, level: level, draws: draws, seed: UInt64(seed)) { drawn in
      try context.checkCancellation()
      return statistic(drawn)
    }
  }

  private func add(_ name: String, _ interval: ClosedRange<Double>?, _ fields: inout [(String, any Value)]) {
    if let interval { fields += [("\(name).low", interval.lowerBound), ("\(name).high", interval.upperBound)] }
  }
}
