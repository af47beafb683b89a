import ImageOps
import SegLang

/// `sweep`: one or two parameters, many values.
struct SweepCommand: Command {
  static let category = Category.cases
  static let summary = "Runs a block for each value of one or two parameters, and shows the results side by side."
  static let discussion = """
    The option's name is a variable inside the block, and it is what was piped in. Two options try every pair of their values. Gives a table of the \
    results and, of pictures, a labelled contact sheet, where of two parameters each row has one value of the first: show draws it, save writes it. \
    pick N takes one result as if its line had been typed with those values.
    """
  static let examples = [
    Example(
      "phantom | segment | sweep radius=1px..9px:4px { it.opacity | morph-open radius=radius } | pick 2", "Tries three radii, takes one."),
    Example(
      "phantom | segment | sweep radius=1px..3px level=0.4..0.6:0.1 { it | threshold level | morph-open radius=radius } | pick 5",
      "Tries three radii with three levels each."),
    Example(
      "phantom | sweep method=[\"otsu\", \"li\"] { it | threshold method } | save methods.png", "Saves a contact sheet of two methods."),
  ]
  static let seeAlso = ["pick", "each", "show"]
  static let keywords = ["parameters", "try", "compare", "grid"]

  @Input("What it is in the block.") var value: AnyValue
  @Binding("Values to try: a range or a list.") var values: SweptValues
  @Binding("Values of a second parameter, each tried with each of the first.") var others: SweptValues?
  @Argument("What is tried.") var body: Closure

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

  static let members: [any Value.Type] = [Steps.self, List.self]

  init?(_ value: any Value) {
    switch value {
    case let steps as Steps: self = .steps(steps)
    case let list as List: self = .list(list)
    default: return nil
    }
  }

  var member: any Value { sequence }
  var sequence: any Sequential {
    switch self {
    case .steps(let steps): steps
    case .list(let list): list
    }
  }
}
