import SegLang

/// `lesson`: lists, starts and steers lessons.
struct LessonCommand: Command {
  static let category = Category.lessons
  static let summary = "Lists the lessons, starts one, or steers the one that is running."
  static let discussion = """
    A lesson explains, hands out a picture, and asks for something; what is made is judged by its Dice coefficient against a truth that stays hidden. Every \
    command works meanwhile. While a lesson runs, next, hint and skip alone are enough, and lesson says again what is asked. How far you got is kept \
    between sessions, and the list says it; from= goes on at a step, with what leads there made by the model answers. An educator writes \
    lessons as scripts: Docs/reference/Lessons.md says how, and lesson check FILE tries the model answers.
    """
  static let examples = [
    Example("lesson", "Lists the lessons."), Example("lesson check histogram", "Tries the model answers of a lesson."),
  ]
  static let seeAlso = ["help", "checkpoint", "phantom"]
  static let keywords = ["tutorial", "course", "teach", "learn", "exercise"]
  static let isRecorded = false

  @Argument("Lesson to start, or what is to happen.") var lesson: LessonName?
  @Argument("Lesson that is checked.", extensions: ["seg"]) var file: LessonName?
  @Option("Step to start at.", in: 1...1000) var from = 1

  func run(_ context: Context) throws {
    let desk = context[LessonService.self]
    if let file, lesson?.word != .check { throw CommandProblem.tooMany([lesson?.oneLine ?? "", file.oneLine]) }
    switch lesson?.word {
    case .check:
      guard let file else { throw CommandProblem.wantsAlso("check", "a lesson") }
      let lines = try LessonStage.rehearse(try LessonShelf.lesson(file, context), host: context.host)
      context.write((lines + ["every checkpoint is reached"]).joined(separator: "\n") + "\n")
    case .list: context.write(Self.list(desk, columns: context[ScreenService.self]?.columns))
    case .next: try ask(.next, desk)
    case .hint: try ask(.hint, desk)
    case .skip: try ask(.skip, desk)
    case .stop: try ask(.stop, desk)
    case nil:
      guard let lesson else {
        if let desk, desk.running != nil {
          desk.ask(.show)
        } else {
          context.write(Self.list(desk, columns: context[ScreenService.self]?.columns))
        }
        return
      }
      let found = try LessonShelf.lesson(lesson, context)
      guard let desk else { throw LessonProblem.onlyWithAPerson }
      guard from <= found.steps.count else { throw CommandProblem.outOfRange("from", "\(from)", "1 to \(found.steps.count)") }
      desk.ask(.start(found, from: from))
    }
  }

  private func ask(_ request: LessonDesk.Request, _ desk: LessonDesk?) throws {
    guard let desk else { throw LessonProblem.onlyWithAPerson }
    guard desk.running != nil else { throw LessonProblem.notRunning }
    desk.ask(request)
  }

  /// - Parameter columns: What the terminal has; nil: lines are left whole.
  private static func list(_ desk: LessonDesk?, columns: Int?) -> String {
    let progress = desk?.progress ?? [:]
    let lessons = LessonShelf.lessons
    guard !lessons.isEmpty else { return "no lessons came with the program (SEGSH_LESSONS names a folder of lessons)\n" }
    let width = lessons.map(\.name.count).max() ?? 0
    let lines = lessons.map { lesson in
      let done = progress[lesson.name].map { " (\($0))" } ?? ""
      let text = "\(lesson.title), \(lesson.steps.count) steps\(done). \(lesson.summary)"
      let parts = columns.map { Manual.wrapped(text, columns: max(20, $0 - width - 5)) } ?? [text]
      return "  \(Manual.padded(lesson.name, width))  " + parts.joined(separator: "\n" + String(repeating: " ", count: width + 4))
    }
    return (lines + ["`lesson NAME` starts one; `lesson stop` leaves it."]).joined(separator: "\n") + "\n"
  }
}
