import SegLang

/// `handout`: what a lesson gives the learner.
struct HandoutCommand: Command {
  static let category = Category.lessons
  static let summary = "Gives what a lesson hands out under a name."
  static let discussion = """
    A lesson types this line itself, so that a session that was saved during a lesson can be run again. How the value was made stays with the lesson.
    """
  static let examples = [
    Example("xray = handout \"xray\" lesson=histogram", "Takes the X-ray of a lesson."),
    Example("(handout \"xray\" lesson=thresholds) | histogram bins=8", "Uses it without naming it."),
  ]
  static let seeAlso = ["lesson"]
  static let isReplayable = false

  @Argument("What the lesson calls it.") var name: String
  @Option("Lesson that hands it out.") var lesson: LessonName

  func run(_ context: Context) throws -> AnyValue {
    if let value = context[LessonService.self]?.handout(name, of: lesson.oneLine) { return AnyValue(value) }
    let found = try LessonShelf.lesson(lesson, context)
    let stage = LessonStage(found, host: context.host)
    for step in found.steps.indices {
      if let handout = try stage.prepare(step).last(where: { $0.name == name }) { return AnyValue(handout.value) }
    }
    throw LessonProblem.nothingToHandOut(found.name, variable: name)
  }
}
