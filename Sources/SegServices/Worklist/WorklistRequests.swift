import SegLang
import SegValues
import Synchronization

/// What `worklist` and the program share.
public final class WorklistRequests: Sendable {
  public enum Request: Sendable {
    /// Opens a list, and of it a case, counted from 1; nil: none yet.
    case open(WorklistPlan, case: Int?)
    /// Opens a case of the list that is open.
    case go(Int)
    /// A word, and the text that goes with `comment` or the reader that goes with `accept`.
    case step(WorklistName.Word, String?)
  }

  public let pending = PendingRequest<Request>()
  private let count = Mutex<Int?>(nil)

  public init() {}

  /// Number of cases of the open worklist; nil if no worklist is open.
  public var openCount: Int? {
    get { count.withLock { $0 } }
    set { count.withLock { $0 = newValue } }
  }
}

/// The requests that the prompt acts on; nil in scripts.
public enum WorklistService: ServiceKey {
  public static var fallback: WorklistRequests? { nil }
}

/// Path of the state; nil if no state is kept.
public enum WorklistStateService: ServiceKey {
  public static var fallback: String? { nil }
}

/// A worklist, or a word that steers the one that is open.
public struct WorklistName: ListedElsewhere, Hashable {
  public let oneLine: String

  public enum Word: String, CaseIterable, Sendable {
    case next, previous, accept, correct, comment, send, show, stop

    /// Whether a text may follow.
    package var takesText: Bool { self == .accept || self == .comment }

    public var help: String {
      switch self {
      case .next: "opens the next case that waits"
      case .previous: "opens the case before"
      case .accept: "keeps the result of this case; in an adjudication, that of a reader: accept NAME"
      case .correct: "opens the live view for corrections"
      case .comment: "keeps a text about this case: comment TEXT"
      case .send: "sends the accepted results of this case"
      case .show: "lists the cases with their state"
      case .stop: "closes the worklist"
      }
    }
  }

  public static let typeName = "Worklist"
  public static let typeHelp =
    "A folder, file pattern, CSV list or archive whose X-rays are gone through, or a word that steers the open one."
  public static var literalHint: String? { "a folder, a list or an archive (dicomweb:, dimse:)" }
  public static var choices: [ChoiceName] { Word.allCases.map { ChoiceName($0.rawValue, $0.help) } }

  public static func read(_ literal: Literal) throws(LiteralProblem) -> WorklistName { WorklistName(oneLine: literal.text) }

  public var literal: String? { Path(oneLine).literal }
  package var word: Word? { Word(rawValue: oneLine) }
}

/// A list of cases as the program takes it over.
public struct WorklistPlan: Sendable {
  package let worklist: Worklist

  package init(worklist: Worklist) { self.worklist = worklist }
}
