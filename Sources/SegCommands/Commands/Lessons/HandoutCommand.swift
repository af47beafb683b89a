import SegLang
import SegServices

/// `handout`: what a lesson gives the learner.
struct HandoutCommand: Command {
  static let category = Category.lessons
  static let summary = "Returns a value that a lesson provides."
  static let discussion = """
    A lesson runs this line itself, so that a session saved during a lesson can be run again. The value's origin remains hidden.
    """
  static let examples = [
    Example("xray = handout \"xray\" lesson=histogram", "Returns the X-ray of a lesson."),
    Example("(handout \"xray\" lesson=thresholds) | histogram bins=8", "Uses it without naming it."),
  ]
  static let seeAlso = ["lesson"]
  static let traits: CommandTraits = [.isSource, .asksMachine]

  @Argument("Name of the value in the lesson.") var name: String
  @Option("Lesson that provides it.") var lesson: LessonName

  func run(_ context: Context) throws -> AnyValue {
    if let value = context[LessonService.self]?.handout(name, of: lesson.oneLine) { return AnyValue(value) }
    let found = try LessonLibrary.lesson(lesson, context)
    let stage = LessonStage(found, in: context.registry, host: context.host)
    for step in found.steps.indices {
      if let handout = try stage.prepare(step).last(where: { $0.name == name }) { return AnyValue(handout.value) }
    }
    throw LessonProblem.nothingToHandOut(found.name, variable: name)
  }
}
