import SegLang

/// How far a student got in a lesson.
public struct TranscriptGrade: Sendable, Equatable {
  /// The name of the student's file.
  public let name: String
  /// One for each step of the lesson.
  public internal(set) var steps: [Step]
  /// Whether tries, hints and skips are known: a saved script does not hold them.
  public let countsTries: Bool
  /// Why the transcript could not be run to its end, such as a limit; nil if it was.
  public internal(set) var problem: String?

  /// What became of a step.
  public enum Outcome: String, Sendable {
    case solved, skipped
    /// Passed over by starting at a later step.
    case notTaken = "not taken"
    /// Asked for, and not solved.
    case open
    /// A step that is only read.
    case text
  }

  public struct Step: Sendable, Equatable {
    public internal(set) var outcome: Outcome
    /// Answers that were compared with the reference.
    public internal(set) var tries = 0
    public internal(set) var hints = 0
    /// Lines that failed while the step was open.
    public internal(set) var errors = 0
    /// Feedback on the last wrong answer; if there was none, the last error.
    public internal(set) var feedback: String?
    /// The line of the file that the feedback belongs to, from 1.
    public internal(set) var line: Int?
  }

  /// The first step that is not solved, from 0; nil if all are.
  public var stuckAt: Int? { steps.firstIndex { $0.outcome == .open || $0.outcome == .skipped } }
  /// The number of solved checkpoints.
  public var solved: Int { steps.count { $0.outcome == .solved } }

  init(name: String, of lesson: Lesson, countsTries: Bool) {
    (self.name, self.countsTries) = (name, countsTries)
    steps = lesson.steps.map { Step(outcome: $0.checkpoint == nil ? .text : .open) }
  }

  /// A transcript that was not run.
  public init(name: String, of lesson: Lesson, problem: String) {
    self.init(name: name, of: lesson, countsTries: false)
    self.problem = problem
  }
}
