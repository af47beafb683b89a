import Archive
import SegLang
import SegServices
import SegValues

/// `worklist`: X-rays that wait, one after the other.
struct WorklistCommand: Command {
  static let category = Category.cases
  static let summary = "Lists the X-rays of an archive or folder with their state, and opens them one by one."
  static let discussion = """
    The table has view, date, state (waiting, correcting, accepted, corrected, sent), severity and doubt of each case. dicomweb:URL or dimse:AETITLE@host:port is an archive \
    (PACS): its studies with CR or DX images, of dates= if given. At the prompt the list stays open. next loads and segments the next waiting case \
    as xray, seg and score; previous goes back; correct opens the live view; accept keeps the newest segmentation or severity of the case in out=; \
    send sends these results to the archive. During a worklist, type these words alone; worklist shows the table again. The state is on disk after each step, \
    so that closing the program loses nothing. It holds no names. In a script, worklist returns the table.
    """
  static let examples = [
    Example("phantom size=64 | save case-1.png; worklist .", "Lists the X-rays of a folder."),
    Example(
      "for k in 1..3 { phantom size=64 seed=k | save \"case-{k}.png\" }; worklist case-*.png | where { it.status == \"waiting\" }",
      "Selects the cases that wait."),
  ]
  static let seeAlso = ["load-cases", "load", "severity", "view", "send"]
  static let keywords = ["pacs", "queue", "triage", "reading", "list", "next", "accept", "study", "dicomweb", "qido", "dimse", "archive"]
  static let traits: CommandTraits = [.readsFiles, .isSource, .asksMachine]

  @Argument("Folder, file pattern, CSV list or archive; or next, previous, accept, correct, send, show or stop.", extensions: ["csv"])
  var source: WorklistName?
  @Option("Case to open, by its number.", in: 1...10_000) var from: Int?
  @Option("Study dates in an archive: 20260131, 20260101-20260131 or 20260101-. Default: all.") var dates: String?
  @Option("Maximum number of studies from an archive, for each of CR and DX.", in: 1...1000) var limit = 50
  @Option("Folder of the accepted results.") var out = Path("worklist-results")
  @Option(
    "Archive to send to, as dicomweb:URL or dimse:AETITLE@host:port. Default: the archive of the worklist, else that of the environment.")
  var to: Path?

  func run(_ context: Context) throws -> Table? {
    let desk = context[WorklistService.self]
    guard let source, source.word == nil else { return try steer(source?.word, desk) }
    var worklist = Worklist(
      items: try Worklist.items(at: source.oneLine, dates: dates, limit: limit, context),
      archive: try to?.text ?? archive(of: source.oneLine),
      folder: out)
    if let from, from > worklist.items.count { throw Worklist.Problem.noSuchCase(from, count: worklist.items.count) }
    // Their names are private as those of files that are read.
    for item in worklist.items { context.remember(StepFile(role: .listed, name: item.file.text, isArgument: false, byteCount: 0) { nil }) }
    if let path = context[WorklistStateService.self] { try worklist.read(WorklistStore(path)) }
    if let desk { desk.pending.ask(.open(WorklistPlan(worklist: worklist), case: from)) }
    return worklist.table
  }

  private func archive(of place: String) throws -> String? {
    guard ArchiveAddress.isOne(place) else { return nil }
    return "\(try ArchiveAddress(place).root)"
  }

  private func steer(_ word: WorklistName.Word?, _ desk: WorklistRequests?) throws -> Table? {
    guard let desk else { throw Worklist.Problem.onlyAtPrompt }
    guard let count = desk.openCount else { throw Worklist.Problem.notOpen }
    if let from {
      guard from <= count else { throw Worklist.Problem.noSuchCase(from, count: count) }
      desk.pending.ask(.go(from))
    } else {
      desk.pending.ask(.step(word ?? .show))
    }
    return nil
  }
}
