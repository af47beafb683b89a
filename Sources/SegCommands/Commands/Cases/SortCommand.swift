import SegLang
import SegValues

/// `sort`: items in order.
struct SortCommand: Command {
  static let category = Category.cases
  static let summary = "Sorts rows, items or cases."
  static let discussion = """
    Sorts by a column, by the value that a block returns, or by the items themselves: numbers by size, texts alphabetically. Equal items keep \
    their order. Rows without a value come last. Address a field of a nested record with a dotted name, such as severity.percent.
    """
  static let examples = [
    Example("phantom | segment | regions | sort by=area descending=true", "Puts the largest region first."),
    Example("[3, 1, 2] | sort", "Sorts numbers."), Example("[3, 1, 2] | sort { (it - 2) ^ 2 }", "Sorts by the squared distance from 2."),
  ]
  static let seeAlso = ["where", "each"]

  @Input("Table, list, range or cases to sort.") var items: Batch
  @Argument("Block that returns the sort key of an item.") var key: Closure?
  @Option("Column to sort by.") var by: ColumnName?
  @Option("Put the largest value first.") var descending = false

  static func outputType(for input: ValueType?) -> ValueType { Batch.kept(input) }

  func run(_ context: Context) throws -> AnyValue {
    if key != nil, by != nil { throw CommandProblem.tooMany(["a block", "by="]) }
    let batch = try BatchRun(items, context)
    defer { batch.noteRemarks() }
    let keys = try (0..<batch.elements.count).map { index -> SortKey in
      if let key { return SortKey(try batch.call(key, at: index).result?.value) }
      let item = try batch.elements[index]
      return SortKey(by == nil ? item : try cell(of: item))
    }
    if let by, !keys.isEmpty, keys.allSatisfy({ $0 == .missing }) {
      throw try CommandProblem.noSuchColumn(by.name, columns: columns(batch))
    }
    let order = keys.indices.sorted { first, second in
      let (a, b) = (keys[first], keys[second])
      if a == b { return first < second }
      if a == .missing || b == .missing { return b == .missing }
      return descending ? b < a : a < b
    }
    return AnyValue(try items.keeping(order).member)
  }

  private func cell(of item: any Value) throws -> (any Value)? {
    guard let by else { return nil }
    if let record = item as? Record, let cell = record[by.name] { return cell }
    return by.name.split(separator: ".").reduce(item as (any Value)?) { value, part in
      let record = value as? Record ?? (value as? any Recordable)?.record
      return record?[String(part)]
    }
  }

  private func columns(_ batch: BatchRun) throws -> [String] {
    if case .table(let table) = items { return table.columns }
    let first = try batch.elements[0]
    return (first as? Record ?? (first as? any Recordable)?.record).map { Table(records: [$0]).columns } ?? []
  }
}

/// What rows are compared by: numbers come before words.
private enum SortKey: Comparable {
  case number(Double)
  case text(String)
  case missing

  init(_ value: (any Value)?) {
    switch value {
    case nil: self = .missing
    case let number as Double: self = number.isNaN ? .missing : .number(number)
    case let truth as Bool: self = .number(truth ? 1 : 0)
    case let length as Length where length.unit != .px: self = .number(length.unit == .cm ? length.value * 10 : length.value)
    case let value?: self = value.magnitude.map { .number($0) } ?? .text(value.oneLine)
    }
  }
}
