import Basics
import SegLang
import SegValues
import Synchronization

/// Runs a student's transcript again and compares the answers with those of the lesson.
///
/// The transcript is not trusted: commands that read or write files, send, or ask the machine are not run, and steps, time and memory are limited.
/// What is not run is no error of the student.
public final class TranscriptRun {
  private let key: LessonKey
  private let desk = LessonRequests()
  private let session: Session
  private let budget: RunBudget
  private let isStopped: @Sendable () -> Bool
  private let refusals: Refusals
  private var grade: TranscriptGrade
  /// The step that the student is at.
  private var step = 0
  /// Whether the lesson runs, as opposed to none or another one.
  private var isRunning = false
  private var wasStarted = false

  /// What a run may take: 200,000 steps, 2 GiB, and as long as the teacher allows.
  public static func limits(seconds: Int) -> RunBudget.Limits {
    RunBudget.Limits(steps: 200_000, seconds: seconds, bytes: min(2 << 30, MemoryBudget.left ?? 2 << 30))
  }

  private final class Refusals: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    /// Whether there was one since the last time.
    func take() -> Bool {
      count.withLock { count in
        defer { count = 0 }
        return count > 0
      }
    }
  }

  private init(_ key: LessonKey, name: String, isTerminalCopy: Bool, in registry: Registry, host: Host, limits: RunBudget.Limits) {
    self.key = key
    grade = TranscriptGrade(name: name, of: key.lesson, countsTries: isTerminalCopy)
    let (budget, refusals, isCancelled) = (RunBudget(limits, resident: { MemoryBudget.resident }), Refusals(), host.isCancelled)
    (self.budget, self.refusals, isStopped) = (budget, refusals, isCancelled)
    var services = host.services
    services[LessonService.self] = desk
    var access = FileAccess(
      reading: { name, _ in throw CommandProblem.noSuchFile(name, near: []) },
      writing: { name, _ in throw CommandProblem.noSuchFolder(name) }, listing: { _, _ in [] })
    access.sends = false
    services[FileAccessService.self] = access
    var own = Host(isCancelled: { isCancelled() || budget.isExceeded }, begins: host.begins, services: services)
    own.budget = budget
    own.refusal = { signature in
      let command = signature.command
      let isOfLessons = [CommandWord.lesson, CommandWord.handout, CommandWord.checkpoint].contains(signature.name)
      if isOfLessons || (command.isReplayable && !command.traits.contains(.readsFiles)) { return nil }
      refusals.add()
      return "it is not run when a class is graded"
    }
    session = Session(registry: registry, host: own)
    session.modules = ModuleLoader { path, _ in .failure(.missing(near: [])) }
  }

  /// Grades a transcript.
  /// - Parameter host: Lends its services and its cancellation; what the transcript notes and writes is dropped.
  /// - Throws: `CancellationError` when the user stops.
  public static func grade(
    _ transcript: Transcript, by key: LessonKey, in registry: Registry, host: Host, limits: RunBudget.Limits
  ) throws -> TranscriptGrade {
    let run = TranscriptRun(
      key, name: transcript.name, isTerminalCopy: transcript.isTerminalCopy, in: registry, host: host, limits: limits)
    try run.run(transcript)
    return run.grade
  }

  private func run(_ transcript: Transcript) throws {
    if !transcript.isTerminalCopy {
      desk.open(key.lesson.name)
      // The first value of a name is that which the script begins with.
      for handout in key.steps.reversed().flatMap({ $0.handouts.reversed() }) { desk.lay(handout.name, handout.value) }
    }
    for line in transcript.lines {
      let goesOn = transcript.isTerminalCopy ? try take(typed: line) : try take(saved: line)
      if isStopped() { throw CancellationError() }
      if let bound = budget.exceeded {
        grade.problem = "stopped at line \(line.number): " + Self.words(bound, budget.limits)
        return
      }
      if !goesOn { break }
    }
    if transcript.isTerminalCopy, !wasStarted { grade.problem = "the lesson \(key.lesson.name) is not started in this transcript" }
  }

  private static func words(_ bound: RunBudget.Bound, _ limits: RunBudget.Limits) -> String {
    switch bound {
    case .steps: "the limit of \(NumberFormat.grouped(limits.steps)) steps was reached"
    case .time: "the limit of \(limits.seconds) s was reached"
    case .memory: "the limit of \(MemoryBudget.text(limits.bytes)) of memory was reached"
    }
  }

  // MARK: A saved script

  private func take(saved line: Transcript.Line) throws -> Bool {
    let outcome = execute(line)
    guard !outcome.wasCancelled else { return true }
    note(outcome, line, at: grade.stuckAt)
    for result in outcome.results {
      guard let name = result.name, let step = key.checkpoints.first(where: { isOpen($0) && key.lesson.steps[$0].checkpoint?.name == name })
      else { continue }
      try judge(result.value, at: step, line)
    }
    return true
  }

  // MARK: A copy of the terminal

  private func take(typed line: Transcript.Line) throws -> Bool {
    let word = String(line.text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    if word.hasPrefix(":") || word.hasPrefix("?") {
      if word == ":undo" { _ = session.undo() }
      if word == ":redo" { _ = session.redo() }
      return ![":quit", ":q"].contains(word)
    }
    let isLessonWord = isRunning && ["hint", "next", "skip"].contains(word) && session[word] == nil
    let outcome = execute(Transcript.Line(text: isLessonWord ? "\(CommandWord.lesson) \(word)" : line.text, number: line.number))
    guard !outcome.wasCancelled else { return true }
    let request = desk.pending.take()
    guard !outcome.hasErrors else {
      if isRunning { note(outcome, line, at: step) }
      return true
    }
    switch request {
    case .start(let lesson, let from):
      isRunning = Path(lesson.name).name == Path(key.lesson.name).name
      wasStarted = wasStarted || isRunning
      desk.open(lesson.name)
      if isRunning { try start(from: min(max(1, from), key.steps.count) - 1) }
    case .hint: if isRunning { grade.steps[step].hints += 1 }
    case .next: if isRunning, !isOpen(step) { try enter(step + 1) }
    case .skip: if isRunning { try skip() }
    case .stop: stop()
    case .show: break
    case nil: if isRunning { try judge(outcome, line) }
    }
    return true
  }

  private func start(from first: Int) throws {
    for index in 0..<first {
      handOut(index)
      if isOpen(index) { grade.steps[index].outcome = .notTaken }
      for answer in key.lesson.steps[index].answer { _ = session.execute(answer) }
    }
    try enter(first)
  }

  private func enter(_ index: Int) throws {
    guard key.steps.indices.contains(index) else { return stop() }
    step = index
    handOut(index)
  }

  private func handOut(_ index: Int) {
    for (name, value) in key.steps[index].handouts {
      desk.lay(name, value)
      _ = session.execute(key.lesson.line(for: name))
    }
  }

  private func skip() throws {
    if isOpen(step) {
      grade.steps[step].outcome = .skipped
      for answer in key.lesson.steps[step].answer { _ = session.execute(answer) }
    }
    try enter(step + 1)
  }

  private func stop() {
    isRunning = false
    desk.open(nil)
  }

  /// Judges the variable that is asked for, or else a mask without a name, as the lesson does.
  private func judge(_ outcome: Session.Outcome, _ line: Transcript.Line) throws {
    guard let checkpoint = key.lesson.steps[step].checkpoint, isOpen(step) else { return }
    let named = outcome.results.last { $0.name == checkpoint.name }
    let unnamed = outcome.results.last { $0.name == nil && Lesson.areAnswers($0.typeName) }
    guard let result = named ?? unnamed else { return }
    try judge(result.value, at: step, line)
    if named == nil, !isOpen(step) { _ = session.execute("\(checkpoint.name) = _\(result.number)") }
  }

  // MARK: Both

  private func execute(_ line: Transcript.Line) -> Session.Outcome {
    _ = refusals.take()
    return session.execute(line.text)
  }

  /// Whether a step asks for an answer that has not come yet.
  private func isOpen(_ step: Int) -> Bool { grade.steps[step].outcome == .open }

  private func note(_ outcome: Session.Outcome, _ line: Transcript.Line, at step: Int?) {
    guard let step, !refusals.take(), let error = outcome.diagnostics.first(where: { $0.severity == .error }) else { return }
    grade.steps[step].errors += 1
    (grade.steps[step].feedback, grade.steps[step].line) = (TerminalText.cleaned(error.message), line.number)
  }

  private func judge(_ value: any Value, at step: Int, _ line: Transcript.Line) throws {
    let assessment: Assessment?
    do { assessment = try key.assessment(of: value, at: step) } catch let problem as CommandProblem {
      (grade.steps[step].feedback, grade.steps[step].line) = ("\(problem)", line.number)
      grade.steps[step].tries += 1
      return
    }
    guard let assessment else {
      (grade.steps[step].feedback, grade.steps[step].line) = (
        "the task asks for another type than \(type(of: value).typeName)", line.number
      )
      return
    }
    grade.steps[step].tries += 1
    grade.steps[step].feedback = assessment.isReached ? nil : assessment.text
    grade.steps[step].line = line.number
    if assessment.isReached { grade.steps[step].outcome = .solved }
  }
}
