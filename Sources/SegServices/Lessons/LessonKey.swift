import SegLang

/// What a lesson hands out and expects at each step, worked out once for a whole class.
public struct LessonKey: Sendable {
  public let lesson: Lesson
  let steps: [Step]

  struct Step: Sendable {
    let handouts: [(name: String, value: any Value)]
    /// Nil for a step without a checkpoint.
    let reference: (any Value)?
  }

  /// - Throws: `LessonProblem` for a lesson whose preparation or reference fails; `CancellationError`.
  public init(_ lesson: Lesson, in registry: Registry, host: Host) throws {
    self.lesson = lesson
    let stage = LessonStage(lesson, in: registry, host: host)
    steps = try lesson.steps.indices.map { Step(handouts: try stage.prepare($0), reference: try stage.reference(at: $0)) }
  }

  /// Compares an answer with the reference of a step; nil for a step without one, or a value of another kind.
  /// - Throws: `CommandProblem.sizesDiffer`.
  func assessment(of value: any Value, at step: Int) throws -> Assessment? {
    guard let checkpoint = lesson.steps[step].checkpoint, let truth = steps[step].reference else { return nil }
    return try checkpoint.assessment(of: value, against: truth)
  }

  /// The steps that ask for an answer.
  var checkpoints: [Int] { lesson.steps.indices.filter { lesson.steps[$0].checkpoint != nil } }
}
