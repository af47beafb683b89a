import ImageOps
import SegLang

/// `sweep`: one parameter, many values.
struct SweepCommand: Command {
  static let category = Category.cases
  static let summary = "Runs a block for each value of a parameter, and shows the results side by side."
  static let discussion = """
    The option's name is a variable inside the block, and it is what was piped in. Gives a table of the results and, of pictures, a labelled contact \
    sheet: show draws it, save writes it. pick N takes one result as if its line had been typed with that value.
    """
  static let examples = [
    Example(
      "phantom | segment | sweep radius=1px..9px:4px { it.opacity | morph-open radius=radius } | pick 2", "Tries three radii, takes one."),
    Example(
      "phantom | sweep method=[\"otsu\", \"li\"] { it | threshold method } | save methods.png", "Saves a contact sheet of two methods."),
  ]
  static let seeAlso = ["pick", "each", "show"]

  @Input("What it is in the block.") var value: AnyValue
  @Binding("Values to try: a range or a list.") var values: SweptValues
  @Argument("What is tried.") var body: Closure

  static func blockInput(for input: ValueType?) -> ValueType { input ?? .anything }

  func run(_ context: Context) throws -> Sweep {
    let elements = try values.sequence.elements()
    guard (1...Sweep.limit).contains(elements.count) else {
      throw CommandProblem.outOfRange($values, "\(elements.count) values", "1 to \(Sweep.limit) values")
    }
    let it = Traced(value.value, step: context.origins.first)
    let trials = try (0..<elements.count).map { index -> Sweep.Trial in
      let value = try elements[index]
      context.progress(Double(index) / Double(elements.count), "\($values)=\(value.oneLine)")
      guard let result = try context.call(body, it: it, variables: [($values, value)]) else { throw CommandProblem.emptyTrial }
      return Sweep.Trial(value: value, result: result)
    }
    return Sweep(name: $values, trials: trials, background: context.ancestor(GrayImage.self))
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
