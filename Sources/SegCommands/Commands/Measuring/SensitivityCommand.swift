import SegLang
import SegServices
import SegValues

/// `sensitivity`: how far a figure moves when what it depends on moves a little.
struct SensitivityCommand: Command {
  static let category = Category.measuring
  static let summary = "Reports how a result changes when each parameter changes by 10 %."
  static let discussion = """
    Decreases and increases every number, length, percentage and percentile in the commands that computed the value, one at a time, and runs the \
    dependent commands again. This includes levels found by a method such as otsu and the thresholds of the model. Parameters that select the \
    image (load, phantom) stay fixed. Whole numbers change by at least one, and values stay in the range of their parameter. Repeated runs \
    return the same result.
    """
  static let examples = [
    Example(
      "score = phantom size=256 | segment mirror=false | threshold 0.5 | morph-open radius=2px | severity; sensitivity score",
      "Reports how a severity depends on its parameters."),
    Example("m = phantom size=256 | threshold otsu; sensitivity m.area by=5%", "Changes the Otsu level by 5 %."),
  ]
  static let seeAlso = ["severity", "explain", "diff"]
  static let keywords = ["sensitivity", "robustness", "uncertainty", "stability"]

  @Input("Result to analyze.") var value: AnyValue
  @Option("Relative change of each parameter, as a fraction.", in: 0.001...1) var by = 0.1

  func run(_ context: Context) throws -> Sensitivity {
    guard let step = context.inputStep else { throw CommandProblem.noFigure(type(of: value.value).typeName) }
    return try Sensitivity(of: value.value, madeBy: step, by: by, context)
  }
}
