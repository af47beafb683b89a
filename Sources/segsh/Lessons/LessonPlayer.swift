import Basics
import SegCommands
import SegLang
import SegServices
import Terminal

/// Leads a learner through a lesson: says what is asked, judges what comes, and goes on when told to. The learner types ordinary lines meanwhile.
final class LessonPlayer {
  let desk = LessonRequests()
  private let console = Console.shared
  private let terminal = Terminal.current
  private var stage: LessonStage?
  private var step = 0
  private var hintsGiven = 0
  private var isReached = false
  /// Checkpoints that the learner reached alone.
  private var reached: Set<Int> = []
  private var progress = LessonProgress.standard

  init() { desk.progress = progress.entries.mapValues(\.text) }

  private var lesson: Lesson? { stage?.lesson }
  private var now: Lesson.Step? { lesson?.steps[step] }

  /// "thresholds 2/5", for the prompt; nil when no lesson runs.
  var place: String? { lesson.map { "\(Self.shortName($0)) \(step + 1)/\($0.steps.count)" } }

  /// The words that steer the lesson alone on a line; none while no lesson runs.
  var words: [(name: String, help: String)] {
    lesson == nil
      ? [] : [("hint", "shows the next hint"), ("next", "continues with the next step"), ("skip", "shows a solution and continues")]
  }

  /// The whole line for a word that steers the lesson; other lines as they are. A variable of that name goes first.
  func expanded(_ line: String, _ session: Session) -> String {
    let word = line.trimmed()
    guard words.contains(where: { $0.name == word }), session[word] == nil else { return line }
    return "lesson \(word)"
  }

  /// Acts on what a line asked of the lesson, or judges what it made.
  func respond(to outcome: Session.Outcome, in runner: Runner) {
    let request = desk.pending.take()
    guard !outcome.hasErrors else { return }
    do {
      switch request {
      case .start(let lesson, let step): try start(lesson, from: step - 1, runner)
      case .show: show()
      case .hint: hint()
      case .next: try next(runner)
      case .skip: try skip(runner)
      case .stop: stop()
      case nil: try judge(outcome, runner)
      }
    } catch is CancellationError {
      console.tell("stopped")
      if request != nil, case .start? = request { stop() }
    } catch {
      console.tell("error: \(error)")
      if request != nil { stop() }
    }
  }

  // MARK: Going through

  private func start(_ lesson: Lesson, from first: Int, _ runner: Runner) throws {
    desk.open(lesson.name)
    stage = LessonStage(lesson, in: .segsh, host: runner.session.host)
    reached = []
    if !lesson.summary.isEmpty { write("\n" + terminal.styled(wrapped(TerminalText.cleaned(lesson.summary)), .faint) + "\n") }
    if first == 0, let known = progress.entries[lesson.name], !known.isDone, known.step > 1, known.step <= lesson.steps.count {
      tell("you reached step \(known.step) of \(lesson.steps.count) last time; to continue there: lesson \(lesson.name) from=\(known.step)")
    }
    for index in 0..<first {
      step = index
      let handouts = try runner.busy { try stage?.prepare(index) ?? [] }
      hand(out: handouts, runner)
      for line in lesson.steps[index].answer where lesson.steps[index].checkpoint != nil {
        let outcome = runner.execute(line)
        if outcome.wasCancelled { throw CancellationError() }
      }
    }
    try enter(first, runner)
  }

  /// Remembers where the learner is.
  private func note(isDone: Bool = false) {
    guard let lesson else { return }
    progress.note(lesson, step: step + 1, reached: reached.count, isDone: isDone)
    desk.progress = progress.entries.mapValues(\.text)
  }

  private func enter(_ index: Int, _ runner: Runner) throws {
    guard let stage else { return }
    (step, hintsGiven, isReached) = (index, 0, false)
    note()
    let handouts = try runner.busy { try stage.prepare(index) }
    show()
    hand(out: handouts, runner)
  }

  private func hand(out handouts: [(name: String, value: any Value)], _ runner: Runner) {
    guard let stage else { return }
    for (name, value) in handouts {
      stage.lay(name, value, on: desk)
      let outcome = runner.execute(stage.line(for: name))
      for result in outcome.results { write("You have " + Display.line(result)) }
    }
  }

  private func show() {
    guard let lesson, let now else { return }
    let place = "\(lesson.title), \(step + 1) of \(lesson.steps.count): \(now.headline)"
    var lines = ["", terminal.styled(wrapped(TerminalText.cleaned(place)), .bold), ""]
    for (index, paragraph) in now.text.enumerated() {
      switch paragraph {
      case .prose(let text):
        lines.append(wrapped(TerminalText.cleaned(text)))
        if index + 1 < now.text.count { lines.append("") }
      case .verbatim(let text):
        lines.append("    " + terminal.styled(TerminalText.cleaned(text), .cyan))
        if case .prose? = now.text.dropFirst(index + 1).first { lines.append("") }
      }
    }
    lines += ["", terminal.styled(wrapped(TerminalText.cleaned(footer(now))), .faint), ""]
    write(lines.joined(separator: "\n"))
  }

  private func footer(_ now: Lesson.Step) -> String {
    guard let checkpoint = now.checkpoint else { return "`next` continues, `lesson stop` ends the lesson" }
    if isReached { return "solved; `next` continues" }
    let hints = now.hints.isEmpty ? "" : "`hint` helps, "
    return "your task: \(checkpoint.name) = …   (\(hints)`skip` shows a solution, `lesson stop` ends the lesson)"
  }

  private func next(_ runner: Runner) throws {
    guard let lesson, let now else { return }
    if let checkpoint = now.checkpoint, !isReached {
      let hint = now.hints.count > hintsGiven ? "`hint` helps; " : ""
      return tell("`\(checkpoint.name)` is not solved yet; \(hint)`skip` shows a solution and continues")
    }
    guard step + 1 < lesson.steps.count else { return finish() }
    try enter(step + 1, runner)
  }

  private func hint() {
    guard let now else { return }
    if isReached { return tell("already solved; `next` continues") }
    guard now.hints.indices.contains(hintsGiven) else {
      return tell(now.hints.isEmpty ? "this step has no hints" : "there are no more hints; `skip` shows a solution")
    }
    hintsGiven += 1
    let count = now.hints.count > 1 ? " (\(hintsGiven) of \(now.hints.count))" : ""
    tell("hint\(count): \(now.hints[hintsGiven - 1])")
  }

  /// Types the model answer, so that what later steps build on is there.
  private func skip(_ runner: Runner) throws {
    guard let lesson, let now else { return }
    if now.checkpoint != nil, !isReached {
      tell("one solution:")
      for line in now.answer {
        write("    " + terminal.styled(TerminalText.cleaned(line), .cyan) + "\n")
        let outcome = runner.execute(line)
        if outcome.wasCancelled { throw CancellationError() }
        for result in outcome.results { write("  " + Display.line(result)) }
        if outcome.hasErrors { return tell("this solution needs variables from earlier steps; `lesson \(lesson.name)` starts over") }
      }
    }
    guard step + 1 < lesson.steps.count else { return finish() }
    try enter(step + 1, runner)
  }

  private func finish() {
    guard let lesson else { return }
    let count = lesson.steps.count { $0.checkpoint != nil }
    let score = count == 0 ? "" : ": \(reached.count) of \(count) checkpoints solved"
    note(isDone: true)
    tell("completed \(lesson.title)\(score)")
    close()
  }

  private func stop() {
    guard let lesson else { return }
    tell("ended \(lesson.title) at step \(step + 1) of \(lesson.steps.count); your variables are kept")
    close()
  }

  private func close() {
    stage = nil
    desk.open(nil)
  }

  // MARK: Judging

  /// Judges the variable that is asked for, or else a mask that the line made without a name.
  private func judge(_ outcome: Session.Outcome, _ runner: Runner) throws {
    guard let stage, let checkpoint = now?.checkpoint, !isReached else { return }
    let named = outcome.results.last { $0.name == checkpoint.name }
    let unnamed = outcome.results.last { $0.name == nil && Lesson.areAnswers($0.typeName) }
    guard let result = named ?? unnamed else { return }
    let assessment: Assessment?
    do {
      assessment = try runner.busy { try stage.judge(result.value, at: step) }
    } catch let problem where !(problem is CancellationError || problem is LessonProblem) {
      if named != nil { tell("\(problem)") }
      return
    }
    guard let assessment else {
      if named != nil { tell("the task asks for another type than \(result.typeName)") }
      return
    }
    guard assessment.isReached else { return tell(assessment.text) }
    isReached = true
    reached.insert(step)
    note()
    if named == nil { name(result, checkpoint.name, runner) }
    tell("solved: \(assessment.text). `next` continues")
  }

  /// Gives a result that was made without a name the one that later steps call it by.
  private func name(_ result: Session.Result, _ name: String, _ runner: Runner) {
    let outcome = runner.execute("\(name) = _\(result.number)")
    for result in outcome.results { write(Display.line(result)) }
  }

  // MARK: Writing

  /// Text that may be colored, its parts cleaned.
  private func write(_ text: String) { console.write(drawn: text) }

  private func tell(_ text: String) {
    console.write(
      drawn: terminal.styled("lesson", .bold) + ": " + Layout.wrapped(TerminalText.cleaned(text), columns: terminal.columns - 8) + "\n")
  }

  private func wrapped(_ text: String) -> String { Layout.wrapped(text, columns: min(terminal.columns, 81)) }

  private static func shortName(_ lesson: Lesson) -> String {
    let name = lesson.name.split(separator: "/").last.map(String.init) ?? lesson.name
    return name.hasSuffix(".seg") ? String(name.dropLast(4)) : name
  }
}
