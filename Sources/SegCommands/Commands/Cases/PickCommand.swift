import SegLang
import SegServices
import SegValues

/// `pick`: one result of a sweep.
struct PickCommand: Command {
  static let category = Category.cases
  static let summary = "Selects one result of a sweep."
  static let discussion = """
    The session records the line with the chosen values, as if you had typed it, without the sweep and the pick.
    """
  static let examples = [
    Example("phantom | segment | sweep level=0.3..0.7:0.2 { it | threshold level } | pick 2", "Selects the mask above 0.5."),
    Example(
      "phantom | sweep sigma=1px..3px { it | gaussian-filter sigma=sigma } | pick 3 | threshold otsu",
      "Continues with the most strongly smoothed image."),
  ]
  static let seeAlso = ["sweep"]
  static let keywords = ["choose", "select", "case"]

  @Input("Result of a sweep.") var sweep: Sweep
  @Argument("Row number in the table of the sweep, starting at 1.", in: 1...1000) var number: Int

  func run(_ context: Context) throws -> Traced {
    guard sweep.trials.indices.contains(number - 1) else {
      throw CommandProblem.outOfRange("number", String(number), "1 to \(sweep.trials.count)")
    }
    let trial = sweep.trials[number - 1]
    context.note(trial.label)
    return trial.result
  }
}
