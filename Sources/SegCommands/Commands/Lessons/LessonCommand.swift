import SegLang
import SegServices
import SegValues

/// `lesson`: lists, starts and steers lessons.
struct LessonCommand: Command {
  static let category = Category.lessons
  static let summary = "Lists the lessons, starts one, or controls the running one."
  static let discussion = """
    A lesson explains a step, provides an image, and sets a task; it compares your answer with a hidden reference. All commands work meanwhile. \
    During a lesson, type next, hint or skip; lesson repeats the task. Progress is kept between sessions and shown in the list. from= starts at \
    a later step, with the model answers of the steps before. Teachers write lessons as scripts (Docs/reference/Lessons.md); lesson check FILE runs the \
    model answers.
    """
  static let examples = [
    Example("lesson", "Lists the lessons."),
    Example("lesson check histogram", "Runs the model answers of a lesson."),
  ]
  static let seeAlso = ["help", "checkpoint", "phantom"]
  static let keywords = ["tutorial", "course", "teach", "learn", "exercise"]
  static let traits: CommandTraits = [.showsOnly]

  @Argument("Name or number of the lesson to start, or next, hint, skip, check or stop.") var lesson: LessonName?
  @Argument("Lesson file to check.", extensions: ["seg"]) var file: LessonName?
  @Option("Step to start at.", in: 1...1000) var from = 1

  func run(_ context: Context) throws {
    let desk = context[LessonService.self]
    if let file, lesson?.word != .check { throw CommandProblem.tooMany([lesson?.oneLine ?? "", file.oneLine]) }
    switch lesson?.word {
    case .check:
      guard let file else { throw CommandProblem.wantsAlso("check", "a lesson") }
      let lines = try LessonStage.rehearse(try LessonLibrary.lesson(file, context), in: context.registry, host: context.host)
      context.write((lines + ["every checkpoint is reached"]).joined(separator: "\n") + "\n")
    case .list: context.write(Self.list(desk, in: context.registry, columns: context[ScreenService.self]?.columns))
    case .next: try ask(.next, desk)
    case .hint: try ask(.hint, desk)
    case .skip: try ask(.skip, desk)
    case .stop: try ask(.stop, desk)
    case nil:
      guard let lesson else {
        if let desk, desk.running != nil {
          desk.pending.ask(.show)
        } else {
          context.write(Self.list(desk, in: context.registry, columns: context[ScreenService.self]?.columns))
        }
        return
      }
      let found = try LessonLibrary.lesson(lesson, context)
      guard let desk else { throw LessonProblem.onlyWithAPerson }
      guard from <= found.steps.count else { throw CommandProblem.outOfRange("from", "\(from)", "1 to \(found.steps.count)") }
      desk.pending.ask(.start(found, from: from))
    }
  }

  private func ask(_ request: LessonRequests.Request, _ desk: LessonRequests?) throws {
    guard let desk else { throw LessonProblem.onlyWithAPerson }
    guard desk.running != nil else { throw LessonProblem.notRunning }
    desk.pending.ask(request)
  }

  /// - Parameter columns: What the terminal has; nil: lines are left whole.
  private static func list(_ desk: LessonRequests?, in registry: Registry, columns: Int?) -> String {
    let progress = desk?.progress ?? [:]
    let lessons = LessonLibrary.lessons(in: registry)
    guard !lessons.isEmpty else { return "no lessons came with the program (SEGSH_LESSONS names a folder of lessons)\n" }
    let width = lessons.map(\.name.count).max() ?? 0
    let lines = lessons.enumerated().map { index, lesson in
      let done = progress[lesson.name].map { " (\($0))" } ?? ""
      let text = "\(lesson.title), \(lesson.steps.count) steps\(done). \(lesson.summary)"
      let parts = columns.map { Manual.wrapped(text, columns: max(20, $0 - width - 8)) } ?? [text]
      let number = String(repeating: " ", count: index < 9 ? 1 : 0) + "\(index + 1)"
      return "  \(number) \(Manual.padded(lesson.name, width))  " + parts.joined(separator: "\n" + String(repeating: " ", count: width + 7))
    }
    return (lines + ["`lesson NAME` or `lesson NUMBER` starts one; `lesson stop` leaves it."]).joined(separator: "\n") + "\n"
  }
}
