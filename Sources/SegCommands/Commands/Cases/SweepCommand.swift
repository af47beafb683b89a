import ImageOps
import SegLang
import SegServices
import SegValues

/// `sweep`: one or two parameters, many values.
struct SweepCommand: Command {
  static let category = Category.cases
  static let summary = "Runs a block for each value of one or two parameters and tabulates the results."
  static let discussion = """
    The name of the option is a variable inside the block, and `it` is the piped value. With two options, every pair of values is tried. The \
    result is a table, plus a labeled contact sheet for images; with two options, each row of the sheet holds one value of the first. Draw it \
    with show, write it with save, and continue with one result with pick N.
    """
  static let examples = [
    Example(
      "phantom | segment | sweep radius=1px..9px:4px { it.opacity | morph-open radius=radius } | pick 2",
      "Tries three radii and selects the second."),
    Example(
      "phantom | segment | sweep radius=1px..3px level=0.4..0.6:0.1 { it | threshold level | morph-open radius=radius } | pick 5",
      "Tries three radii with three thresholds each."),
    Example(
      "phantom | sweep method=[\"otsu\", \"li\"] { it | threshold method } | save methods.png",
      "Saves a contact sheet of two threshold methods."),
  ]
  static let seeAlso = ["pick", "each", "show"]
  static let keywords = ["parameters", "try", "compare", "grid"]

  @Input("Value that `it` refers to in the block.") var value: AnyValue
  @Binding("Values to try: a range or a list.") var values: SweptValues
  @Binding("Values of a second parameter, combined with each of the first.") var others: SweptValues?
  @Argument("Block to run for each value.") var body: Closure

  static func blockInput(for input: ValueType?) -> ValueType { input ?? .anything }

  func run(_ context: Context) throws -> Sweep {
    let first = try values.sequence.elements()
    let second = try others?.sequence.elements()
    let columns = second?.count ?? 1
    let (count, isTooMany) = first.count.multipliedReportingOverflow(by: columns)
    guard !isTooMany, (1...Sweep.limit).contains(count) else {
      let text = second == nil ? "\(first.count) values" : "\(first.count) times \(columns) values"
      throw CommandProblem.outOfRange(second == nil ? $values : "\($values) and \($others)", text, "1 to \(Sweep.limit) values")
    }
    let it = Traced(value.value, step: context.origins.first)
    let trials = try (0..<count).map { index -> Sweep.Trial in
      var variables: [Sweep.Setting] = [(name: $values, value: try first[index / columns])]
      if let second { variables.append((name: $others, value: try second[index % columns])) }
      context.progress(Double(index) / Double(count), Sweep.text(of: variables))
      guard let result = try context.call(body, it: it, variables: variables) else { throw CommandProblem.emptyTrial }
      return Sweep.Trial(settings: variables, result: result)
    }
    return Sweep(trials: trials, columns: second == nil ? nil : columns, background: context.ancestor(GrayImage.self))
  }
}

/// The values of a sweep.
enum SweptValues: Union {
  case steps(Steps)
  case list(List)

  static let unionCases = [UnionCase(Self.steps), UnionCase(Self.list)]
  var sequence: any Sequential {
    switch self {
    case .steps(let steps): steps
    case .list(let list): list
    }
  }
}
