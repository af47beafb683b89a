import SegCommands
import SegLang
import SegModel
import SegServices
import SegValues
import Terminal

/// Where `segsh learn` takes accepted and undecided cases from.
struct LearningSource {
  /// Accepted cases of worklists and data folders.
  private(set) var accepted: [AcceptedCase] = []
  /// X-rays of the worklists that were not decided, as `load` reads them.
  private(set) var undecided: [Path] = []
  let context: Context
  /// The places, for messages.
  let places: [String]

  enum Problem: Error, CustomStringConvertible {
    case archive(String)
    case noState

    var description: String {
      switch self {
      case .archive(let place): "learn reads X-rays from files; save the studies of `\(place)` in a folder and work through that folder"
      case .noState: "there is no home folder, so no worklist keeps its state; set HOME or XDG_STATE_HOME"
      }
    }
  }

  /// - Parameters:
  ///   - places: Worklists.
  ///   - results: The folder of their results.
  ///   - reader: Whose decisions count; nil: those of the reader without a name.
  ///   - state: The file of the worklists' state; nil: the one that `worklist` uses.
  ///   - data: Data folders; each of their cases with masks counts as corrected.
  /// - Throws: `Problem`, `ReaderName.Problem`; as `Worklist.items`, `WorklistStore.init`, `Dataset.init`.
  init(accepted places: [String], results: String, reader: String?, state: String?, data: [String]) throws {
    let session = Runner(mode: .script).session
    context = Context(host: session.host, registry: session.registry)
    self.places = places + data
    for place in places {
      if FetchedInputs.isAddress(place) { throw Problem.archive(place) }
      guard let path = state ?? WorklistPlayer.statePath else { throw Problem.noState }
      var options = Worklist.Options(folder: Path(results))
      options.reader = try reader.map(ReaderName.checked) ?? ""
      var worklist = Worklist(items: try Worklist.items(at: place, dates: nil, limit: Worklist.limit, context), options)
      try worklist.read(WorklistStore(path))
      let decided = try worklist.decided(context)
      for note in decided.notes { Console.shared.tell("\(place): \(note)") }
      accepted += decided.accepted
      undecided += decided.undecided
    }
    if !data.isEmpty {
      accepted += try Dataset(paths: data).cases.filter { $0.kind == .opacity || $0.kind == .lungs }.map {
        AcceptedCase($0, isCorrected: true)
      }
    }
  }
}
