import SegLang

/// `fragility`: how far a figure moves when what it depends on moves a little.
struct FragilityCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how far a figure moves when each parameter that it depends on moves by 10 %."
  static let discussion = """
    Every number, length, percentage and percentile in the lines that made the value is moved down and up, one at a time, and the lines that depend on it run \
    again; so are the levels that a method found (otsu) and the thresholds that a model brings. What says which picture it is (load, phantom) stays. A whole \
    number moves by one at least, and nothing leaves the range of its parameter. The same value always gives the same answer.
    """
  static let examples = [
    Example(
      "score = phantom size=256 | segment mirror=false | threshold 0.5 | morph-open radius=2px | severity; fragility score",
      "Says what a severity hangs on."),
    Example("m = phantom size=256 | threshold otsu; fragility m.area by=5%", "Moves the level that Otsu's method found by 5 %."),
  ]
  static let seeAlso = ["severity", "explain", "diff"]
  static let keywords = ["sensitivity", "robustness", "uncertainty", "stability"]

  @Input("Value whose figures are asked about.") var value: AnyValue
  @Option("How far parameters move, as a share of themselves.", in: 0.001...1) var by = 0.1

  func run(_ context: Context) throws -> Fragility {
    guard let step = context.inputStep else { throw CommandProblem.noFigure(type(of: value.value).typeName) }
    return try Fragility(of: value.value, madeBy: step, by: by, context)
  }
}
