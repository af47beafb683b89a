import SegLang

/// `pick`: one result of a sweep.
struct PickCommand: Command {
  static let category = Category.cases
  static let summary = "Takes one result of a sweep, as if its line had been typed with its values."
  static let discussion = "What is recorded is the line with the values in it, and neither the sweep nor the pick."
  static let examples = [
    Example("phantom | segment | sweep level=0.3..0.7:0.2 { it | threshold level } | pick 2", "Takes the mask above 0.5."),
    Example("phantom | sweep sigma=1px..3px { it | smooth sigma=sigma } | pick 3 | threshold otsu", "Goes on with the smoothest picture."),
  ]
  static let seeAlso = ["sweep"]
  static let keywords = ["choose", "select", "case"]

  @Input("What sweep gave.") var sweep: Sweep
  @Argument("Number in the table, from 1.", in: 1...1000) var number: Int

  func run(_ context: Context) throws -> Traced {
    guard sweep.trials.indices.contains(number - 1) else {
      throw CommandProblem.outOfRange("number", String(number), "1 to \(sweep.trials.count)")
    }
    let trial = sweep.trials[number - 1]
    context.note(trial.label)
    return trial.result
  }
}
