import SegLang
import SegValues

/// What the learner does not see: a session of the lesson's own, in which steps are prepared and answers judged.
public final class LessonStage {
  public let lesson: Lesson
  private let hidden: Session

  /// - Parameter host: Lends its services and its cancellation; what preparations note and write is dropped.
  public init(_ lesson: Lesson, in registry: Registry, host: Host) {
    self.lesson = lesson
    hidden = Session(registry: registry, host: Host(isCancelled: host.isCancelled, begins: host.begins, services: host.services))
  }

  /// Runs the preparation of a step.
  /// - Returns: what is handed to the learner, in the order in which it was made.
  /// - Throws: `LessonProblem`, `CancellationError`.
  public func prepare(_ step: Int) throws -> [(name: String, value: any Value)] {
    var handouts: [(name: String, value: any Value)] = []
    for line in lesson.steps[step].preparation {
      let outcome = hidden.execute(line)
      if outcome.wasCancelled { throw CancellationError() }
      if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
        throw LessonProblem.failed(lesson.name, step: step + 1, line: line, message: error.message)
      }
      for result in outcome.results {
        guard let name = result.name, !Lesson.isHidden(name) else { continue }
        if result.typeName == "Phantom" { throw LessonProblem.phantomHandedOut(lesson.name, variable: name) }
        handouts.removeAll { $0.name == name }
        handouts.append((name, result.value))
      }
    }
    return handouts
  }

  /// Judges a value by the checkpoint of a step; nil when the step has none or the value is of another kind.
  /// - Throws: `LessonProblem`, `CancellationError`, `CommandProblem`.
  public func judge(_ value: any Value, at step: Int) throws -> Assessment? {
    guard let checkpoint = lesson.steps[step].checkpoint, let truth = try reference(at: step) else { return nil }
    return try checkpoint.assessment(of: value, against: truth)
  }

  /// The reference of a step's checkpoint, once its preparation has run; nil when the step has none.
  /// - Throws: `LessonProblem`, `CancellationError`.
  func reference(at step: Int) throws -> (any Value)? {
    guard let checkpoint = lesson.steps[step].checkpoint else { return nil }
    let outcome = hidden.execute("(\(checkpoint.truth))")
    if outcome.wasCancelled { throw CancellationError() }
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
      throw LessonProblem.failed(lesson.name, step: step + 1, line: checkpoint.truth, message: error.message)
    }
    return outcome.last
  }

  /// The line that gives the learner a value without saying how it was made.
  public func line(for name: String) -> String { lesson.line(for: name) }

  /// Lays a handout on the desk, from which `handout` takes it.
  public func lay(_ name: String, _ value: any Value, on desk: LessonRequests) { desk.lay(name, value) }

  /// Runs a lesson as a learner would who types the model answers.
  /// - Returns: a line for each step.
  /// - Throws: `LessonProblem` where an answer fails or does not reach its checkpoint.
  public static func rehearse(_ lesson: Lesson, in registry: Registry, host: Host) throws -> [String] {
    let desk = LessonRequests()
    desk.open(lesson.name)
    var lent = host.services
    lent[LessonService.self] = desk
    let stage = LessonStage(lesson, in: registry, host: host)
    let learner = Session(registry: registry, host: Host(isCancelled: host.isCancelled, begins: host.begins, services: lent))
    func run(_ line: String, _ step: Int) throws {
      let outcome = learner.execute(line)
      if outcome.wasCancelled { throw CancellationError() }
      if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
        throw LessonProblem.failed(lesson.name, step: step + 1, line: line, message: error.message)
      }
    }
    var report: [String] = []
    for (index, step) in lesson.steps.enumerated() {
      for (name, value) in try stage.prepare(index) {
        desk.lay(name, value)
        try run(stage.line(for: name), index)
      }
      for line in step.answer { try run(line, index) }
      guard let checkpoint = step.checkpoint else {
        report.append("\(index + 1). \(step.headline): text only")
        continue
      }
      guard let made = learner[checkpoint.name] else {
        throw LessonProblem.failed(
          lesson.name, step: index + 1, line: step.answer.last ?? "", message: "it does not assign `\(checkpoint.name)`")
      }
      guard let assessment = try stage.judge(made, at: index) else {
        throw LessonProblem.failed(
          lesson.name, step: index + 1, line: "checkpoint \(checkpoint.name)", message: "the solution and the reference cannot be compared")
      }
      guard assessment.isReached else {
        throw LessonProblem.failed(lesson.name, step: index + 1, line: step.answer.last ?? "", message: assessment.text)
      }
      report.append("\(index + 1). \(step.headline): \(assessment.text)")
    }
    return report
  }
}

extension Lesson.Checkpoint {
  /// Compares an answer with the reference; nil when it is of another kind.
  /// - Throws: `CommandProblem.sizesDiffer`.
  func assessment(of value: any Value, against truth: any Value) throws -> Assessment? {
    try Assessment(of: value, against: truth, dice: dice, tolerance: tolerance)
  }
}
