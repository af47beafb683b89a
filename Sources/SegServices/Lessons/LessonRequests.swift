import SegLang
import Synchronization

/// What commands and the program share of a lesson.
public final class LessonRequests: Sendable {
  public enum Request: Sendable {
    /// From a step, counted from 1: what leads there is made by the model answers.
    case start(Lesson, from: Int)
    /// Says again where the learner is.
    case show
    case next, hint, skip, stop
  }

  private struct State {
    var lesson: String?
    var handouts: [String: any Value] = [:]
    var progress: [String: String] = [:]
  }
  private let state = Mutex(State())
  public let pending = PendingRequest<Request>()

  public init() {}

  /// The name of the lesson that is running.
  public var running: String? { state.withLock { $0.lesson } }

  /// A lesson begins, or none runs any more.
  public func open(_ lesson: String?) {
    state.withLock { state in
      state.lesson = lesson
      state.handouts = [:]
    }
  }

  /// How far the learner got in lessons, in a word each: "3 of 5", "done".
  public var progress: [String: String] {
    get { state.withLock { $0.progress } }
    set { state.withLock { $0.progress = newValue } }
  }

  package func lay(_ name: String, _ value: any Value) { state.withLock { $0.handouts[name] = value } }

  /// What the running lesson hands out under a name.
  package func handout(_ name: String, of lesson: String) -> (any Value)? {
    state.withLock { $0.lesson == lesson ? $0.handouts[name] : nil }
  }
}

/// The desk that the program lends; nil where no one learns.
public enum LessonService: ServiceKey {
  public static var fallback: LessonRequests? { nil }
}
