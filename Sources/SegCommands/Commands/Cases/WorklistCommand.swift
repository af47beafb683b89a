import Archive
import SegLang
import SegServices
import SegValues

/// `worklist`: X-rays that wait, one after the other.
struct WorklistCommand: Command {
  static let category = Category.cases
  static let summary = "Lists the X-rays of an archive or folder with their state, and opens them one by one."
  static let discussion = """
    The table has view, date, state (waiting, correcting, accepted, corrected, sent), severity with its interval, doubt and comment of each case. \
    dicomweb:URL or dimse:AETITLE@host:port is an archive (PACS): its studies with CR or DX images, of dates= if given. At the prompt the list \
    stays open, also on the page of view. next loads and segments the next waiting case as xray, seg and score; previous goes back; correct opens \
    the live view; accept keeps the newest segmentation or severity of the case in out=; comment keeps a text; send sends the results to the \
    archive. During a worklist, type these words alone; worklist shows the table again. The state is on disk after each step, so that closing the \
    program loses nothing; state= keeps it in a file of your choice, for example next to the X-rays. order=uncertain scores the cases without a \
    score and lists doubtful cases first, then those with the widest interval. reader= separates readers: each has a state and a folder in out=, \
    none sees the decisions of another, and the name is recorded in the lineage and in the DICOM report of what is accepted. adjudicate=A,B opens \
    the cases in which two readers differ, with both outlines; accept A or accept B takes one, and a correction replaces both. In a script, \
    worklist returns the table.
    """
  static let examples = [
    Example("phantom size=64 | save case-1.png; worklist .", "Lists the X-rays of a folder."),
    Example(
      "for k in 1..3 { phantom size=64 seed=k | save \"case-{k}.png\" }; worklist case-*.png | where { it.status == \"waiting\" }",
      "Selects the cases that wait."),
    Example(
      "for k in 1..3 { phantom size=128 seed=k | save \"case-{k}.png\" }; worklist case-*.png order=uncertain reader=AB",
      "Lists the most uncertain cases first, for the reader AB."),
  ]
  static let seeAlso = ["load-cases", "load", "severity", "view", "send", "compare-readers", "review"]
  static let keywords = [
    "pacs", "queue", "triage", "reading", "list", "next", "accept", "study", "dicomweb", "qido", "dimse", "archive", "reader", "blinded",
    "adjudication", "consensus", "uncertainty", "active learning",
  ]
  static let traits: CommandTraits = [.readsFiles, .isSource, .asksMachine]

  @Argument(
    "Folder, file pattern, CSV list or archive; or next, previous, accept, correct, comment, send, show or stop.", extensions: ["csv"])
  var source: WorklistName?
  @Argument("Text of a comment; or, in an adjudication, the reader to accept.") var text: String?
  @Option("Case to open, by its number.", in: 1...10_000) var from: Int?
  @Option("Order of the cases.") var order = Worklist.Order.given
  @Option("Name or initials of the reader.") var reader: String?
  @Option("Two readers whose differences are settled, as A,B.") var adjudicate: String?
  @Option("Difference of the percentages above which two readers differ, in points.", in: 0...100) var differ = 5.0
  @Option("Dice coefficient of lungs or opacity below which two readers differ.", in: 0...1) var dice = 0.8
  @Option("Study dates in an archive: 20260131, 20260101-20260131 or 20260101-. Default: all.") var dates: String?
  @Option("Maximum number of studies from an archive, for each of CR and DX.", in: 1...1000) var limit = 50
  @Option("Folder of the accepted results.") var out = Path("worklist-results")
  @Option("File of the state. Default: worklist.sqlite in the state folder of segsh.") var state: Path?
  @Option(
    "Archive to send to, as dicomweb:URL or dimse:AETITLE@host:port. Default: the archive of the worklist, else that of the environment.")
  var to: Path?

  func run(_ context: Context) throws -> Table? {
    let desk = context[WorklistService.self]
    guard let source, source.word == nil else { return try steer(source?.word, desk) }
    if text != nil { throw CommandProblem.wantsOneOf(["comment TEXT", "accept READER"]) }
    let options = try options(source, context)
    var worklist = Worklist(items: try Worklist.items(at: source.oneLine, dates: dates, limit: limit, context), options)
    // Their names are private as those of files that are read.
    for item in worklist.items { context.remember(StepFile(role: .listed, name: item.file.text, isArgument: false, byteCount: 0) { nil }) }
    let store = try options.state.map { try WorklistStore($0) }
    if let store { try worklist.read(store) }
    if order == .uncertain { try worklist.scoreMissing(store, context) }
    worklist.sort(by: order)
    if options.adjudicated != nil { try worklist.keepDifferences(store, points: differ, dice: dice, context) }
    if let from, from > worklist.items.count { throw Worklist.Problem.noSuchCase(from, count: worklist.items.count) }
    if let desk { desk.pending.ask(.open(WorklistPlan(worklist: worklist), case: from)) }
    return worklist.table
  }

  private func options(_ source: WorklistName, _ context: Context) throws -> Worklist.Options {
    var options = Worklist.Options(folder: out)
    options.reader = try reader.map { try ReaderName.checked($0) } ?? (adjudicate == nil ? "" : ReaderName.consensus)
    options.adjudicated = try adjudicate.map { try ReaderName.pair($0) }
    if let pair = options.adjudicated, [pair.first, pair.second].contains(options.reader) {
      throw Worklist.Problem.adjudicatesSelf(options.reader)
    }
    options.archive = try to?.text ?? (ArchiveAddress.isOne(source.oneLine) ? "\(try ArchiveAddress(source.oneLine).root)" : nil)
    options.state = state.map { context.resolved($0) } ?? context[WorklistStateService.self]
    return options
  }

  private func steer(_ word: WorklistName.Word?, _ desk: WorklistRequests?) throws -> Table? {
    guard let desk else { throw Worklist.Problem.onlyAtPrompt }
    guard let count = desk.openCount else { throw Worklist.Problem.notOpen }
    if text != nil, word?.takesText != true { throw CommandProblem.wantsOneOf(["comment TEXT", "accept READER"]) }
    if let from {
      guard from <= count else { throw Worklist.Problem.noSuchCase(from, count: count) }
      desk.pending.ask(.go(from))
    } else if word == .comment {
      guard let text else { throw CommandProblem.wantsAlso("comment", "a text") }
      _ = try ReaderName.comment(text)
      desk.pending.ask(.step(.comment, text))
    } else {
      desk.pending.ask(.step(word ?? .show, try text.map { try ReaderName.checked($0) }))
    }
    return nil
  }
}
