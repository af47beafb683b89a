import SegLang
import SegValues

/// `each`: a block for every case.
struct EachCommand: Command {
  enum Failing: String, Choice {
    case stop, keep
    var choiceHelp: String {
      switch self {
      case .stop: "stops at the first failure; the command has no effect"
      case .keep: "continues; the table lists the errors, and the exit status is 4"
      }
    }
  }

  static let category = Category.cases
  static let summary = "Runs a block for each case and collects the results."
  static let discussion = """
    Inside the block, `it` is the current image, row or item. Variables from outside keep the values that they had when the line started. \
    Records, severities and comparisons become a table with one row per case and the name in the column case; so do numbers and texts computed \
    from load-cases. Any other result becomes a list. A block that only saves or prints returns nothing.
    """
  static let examples = [
    Example(
      "for k in 1..2 { phantom size=64 seed=k | save \"case-{k}.png\" }; load-cases case-*.png | each { it | segment | severity } | save rows.csv",
      "Tabulates the severity of each case."),
    Example("1..3 | each { (phantom size=64 seed=it).opacity.area }", "Measures the opacity of three phantoms."),
    Example(
      "[1, 2, 3] | each { {number: it, square: it ^ 2} } | sort by=square descending=true", "Makes a table of records, sorted by a column."),
  ]
  static let seeAlso = ["load-cases", "where", "sort", "sweep"]
  static let keywords = ["batch", "cohort", "loop", "repeat", "map", "all", "cases"]

  @Input("Cases, table, list or range to process.") var items: Batch
  @Argument("Block to run for each item.") var body: Closure
  @Option("Behavior when a case fails.") var errors = Failing.stop

  static func outputType(for input: ValueType?, block: ValueType) -> ValueType {
    switch block {
    case .nothing: return .nothing
    case .record: return .of(Table.self)
    case .list: return .list(block)
    case .value(let named):
      if named.type is any Recordable.Type || named.type == Record.self { return .of(Table.self) }
      return input == .of(Cases.self) && Table.isCell(named.type) ? .of(Table.self) : .list(block)
    case .union, .anything: return .anything
    }
  }

  func run(_ context: Context) throws -> AnyValue? {
    let batch = try BatchRun(items, canGoOn: true, context)
    defer { batch.noteRemarks() }
    var results: [(label: any Value, result: any Value)] = []
    var failures: [(label: any Value, message: String, isUnreadable: Bool)] = []
    var order: [Bool] = []
    var wasRecord = false
    for index in 0..<batch.elements.count {
      context.progress(Double(index) / Double(batch.elements.count), "\(index + 1) of \(batch.elements.count)")
      do {
        let (item, result) = try batch.call(body, at: index)
        guard let result else { continue }
        if item is Record { wasRecord = true }
        results.append((label(batch, item, index), result.value))
        order.append(true)
      } catch {
        guard errors == .keep, let (failure, message, isUnreadable) = batch.leftOut(error, at: index) else { throw error }
        context.leaveOut(failure)
        let label =
          batch.elements.name(of: index) ?? (try? batch.elements[index]).map { batch.label(of: $0, at: index) } ?? Double(index + 1)
        failures.append((label, message, isUnreadable))
        order.append(false)
      }
    }
    if body.givesNothing || (results.isEmpty && failures.isEmpty && batch.elements.count > 0) { return nil }
    guard let records = records(results.map(\.result)) else { return AnyValue(List(results.map(\.result))) }
    var rows: [Record] = []
    var unreadable = Set<Int>()
    var (done, failed) = (0, 0)
    for succeeded in order {
      if succeeded {
        rows.append(Self.row(results[done].label, records[done], isLabeled: !wasRecord || !(results[done].label is Double)))
        done += 1
      } else {
        if failures[failed].isUnreadable { unreadable.insert(rows.count) }
        rows.append(Record([("case", failures[failed].label), ("error", failures[failed].message)]))
        failed += 1
      }
    }
    return AnyValue(Table(records: rows, rowName: "case", unreadable: isOfCases ? unreadable : nil).with(last: "error"))
  }

  private func label(_ batch: BatchRun, _ item: any Value, _ index: Int) -> any Value { batch.label(of: item, at: index) }

  private static func row(_ label: any Value, _ record: Record, isLabeled: Bool) -> Record {
    guard isLabeled, record["case"] == nil else { return record }
    return Record([("case", label)] + record.fields.map { ($0.name, $0.value) })
  }

  /// The results as records; nil where they are no rows.
  private func records(_ results: [any Value]) -> [Record]? {
    let records = results.compactMap { $0 as? Record ?? ($0 as? any Recordable)?.record }
    if records.count == results.count, !results.isEmpty || isOfCases { return records }
    guard isOfCases, results.allSatisfy({ Table.isCell(type(of: $0)) }) else { return nil }
    return results.map { Record([("value", $0)]) }
  }

  private var isOfCases: Bool { if case .cases = items { true } else { false } }
}
