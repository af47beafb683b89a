import Basics
import SegLang
import SegModel
import SegServices
import SegValues
import Terminal

/// Goes through a worklist: opens cases, keeps what is accepted, sends it. Whatever it does to values it types as lines, which the session records.
final class WorklistPlayer {
  let desk = WorklistRequests()
  private let console = Console.shared
  private let terminal = Terminal.current
  private var worklist: Worklist?
  private var store: WorklistStore?
  private var place: Int?
  /// SHA-256 of the open image.
  private var image: String?

  /// `$XDG_STATE_HOME/segsh/worklist.sqlite`; nil when there is no home.
  static var statePath: String? { History.stateFolder.map { $0 + "/worklist.sqlite" } }

  /// "case 3/12", for the prompt; nil when no case is open.
  var shownPlace: String? {
    guard let worklist, let place else { return nil }
    return "case \(place + 1)/\(worklist.items.count)"
  }

  /// The words that steer the worklist alone on a line; none while none is open.
  var words: [(name: String, help: String)] { worklist == nil ? [] : WorklistName.Word.allCases.map { ($0.rawValue, $0.help) } }

  /// The whole line for a word that steers the worklist; other lines as they are. A variable of that name goes first.
  func expanded(_ line: String, _ session: Session) -> String {
    let word = line.trimmed()
    guard words.contains(where: { $0.name == word }), session[word] == nil else { return line }
    return "worklist \(word)"
  }

  /// Acts on what a line asked of the worklist.
  func respond(to outcome: Session.Outcome, in runner: Runner) {
    guard let request = desk.pending.take(), !outcome.hasErrors else { return }
    do {
      switch request {
      case .open(let plan, let number): try start(plan.worklist, number, runner)
      case .go(let number): try open(number - 1, runner)
      case .step(.show): show()
      case .step(.next): try next(runner)
      case .step(.previous): try previous(runner)
      case .step(.accept): try accept(runner)
      case .step(.correct): try correct(runner)
      case .step(.send): try send(runner)
      case .step(.stop): stop()
      }
    } catch {
      console.tell("error: \(error)")
    }
  }

  // MARK: Going through

  private func start(_ list: Worklist, _ number: Int?, _ runner: Runner) throws {
    store = try Self.statePath.map { try WorklistStore($0) }
    (worklist, place, image) = (list, nil, nil)
    desk.openCount = list.items.count
    if store == nil { tell("there is no home folder, so the state is not kept") }
    if let number { return try open(number - 1, runner) }
    tell("\(list.summary); `next` opens the first that waits, `worklist from=N` any other")
  }

  private func show() {
    guard let worklist else { return }
    console.write(worklist.table.fitted(width: terminal.columns, height: max(8, terminal.rows - 2)).map { $0 + "\n" }.joined())
    tell(worklist.summary)
  }

  private func next(_ runner: Runner) throws {
    guard let worklist else { return }
    guard let index = worklist.waiting(after: place) else {
      return tell(
        place.map { worklist.items[$0].entry.status } == .waiting
          ? "this is the last case that waits" : "no case waits: \(worklist.summary)")
    }
    try open(index, runner)
  }

  private func previous(_ runner: Runner) throws {
    guard let place, place > 0 else { return tell("there is no case before") }
    try open(place - 1, runner)
  }

  private func open(_ index: Int, _ runner: Runner) throws {
    guard let worklist, worklist.items.indices.contains(index) else { return }
    let item = worklist.items[index]
    (place, image) = (index, nil)
    let about = [item.view, item.date, item.entry.status.rawValue].filter { !$0.isEmpty }.joined(separator: ", ")
    tell("case \(index + 1) of \(worklist.items.count): \(about)")
    guard let literal = item.file.literal, run("xray = load \(literal)", runner) else { return }
    image = runner.session.step(of: "xray")?.inputFile?.sha256
    let kept = [WorklistStore.Status.accepted, .corrected, .sent].contains(item.entry.status) ? annotations(of: index) : nil
    let source = kept.map { "load-annotations \($0.literal ?? $0.text)" } ?? "segment"
    guard run("seg = xray | \(source)", runner), run("score = seg | severity", runner) else { return }
    guard item.entry.status == .waiting, let report = runner.session["score"] as? SeverityReport else { return }
    // Scored, so that the list shows it.
    try change(index) { entry in
      (entry.percent, entry.doubt, entry.image) = (report.severity.percent?.value, report.severity.doubt?.rawValue, image)
      entry.model = Self.model(runner.session.step(of: "score"))
    }
  }

  /// What was kept of a case before, if it is still there.
  private func annotations(of index: Int) -> Path? {
    guard let folder = worklist?.resultsFolder(of: index).text else { return nil }
    return ["segmentation.dcm", "segmentation.json"].map { Path("\(folder)/\($0)") }.first {
      FilePaths.isRegularFile(HomeFolder.expanding($0.text))
    }
  }

  // MARK: Deciding

  private func correct(_ runner: Runner) throws {
    guard let place, image != nil else { return tell("no case is open; `next` opens one") }
    try change(place) { $0.status = .correcting }
    tell("correct the case on the page, or with include, exclude and paint; then `accept`")
    _ = run("view", runner)
  }

  private func accept(_ runner: Runner) throws {
    guard let place, let image, let worklist else { return tell("no case is open; `next` opens one") }
    guard let segmentation = newest(of: image, runner.session, where: { $0 is Segmentation }) else {
      return tell("there is no segmentation of this case; run `seg = xray | segment`")
    }
    let scored = newest(of: image, runner.session) { $0 is SeverityReport }
    let isScored = scored.map { $0.step.ancestry.contains { $0 === segmentation.step } } ?? false
    if !isScored, !run("score = \(segmentation.name) | severity", runner) { return }
    guard let score = newest(of: image, runner.session, where: { $0 is SeverityReport }), let report = score.step.value as? SeverityReport
    else { return }
    let folder = worklist.resultsFolder(of: place)
    try AtomicFile.makeFolder(HomeFolder.expanding(folder.text))
    let isDICOM = runner.session.step(of: "xray")?.inputFile?.isDICOM ?? false
    // An archive files objects under the patient only with name and number.
    let file =
      isDICOM
      ? "\(score.name) | dicom-results \(folder.literal ?? folder.text) patient=true"
      : "\(segmentation.name) | save \(Self.literal(folder, "segmentation.json")) embed=false"
    for line in [file] + ["\(score.name) | save \(Self.literal(folder, "severity.json"))"] where !run(line, runner) { return }
    let isCorrected = segmentation.step.ancestry.contains { $0.traits.contains(.corrects) }
    try change(place) { entry in
      entry.status = isCorrected ? .corrected : .accepted
      (entry.percent, entry.doubt, entry.image) = (report.severity.percent?.value, report.severity.doubt?.rawValue, image)
      entry.model = Self.model(segmentation.step)
    }
    let percent = report.severity.percent.map { NumberFormat.percentage($0.value) } ?? "no lungs found"
    tell(
      "case \(place + 1) \(isCorrected ? "corrected" : "accepted"): \(percent), in \(folder.text). `send` sends it, `next` opens the next case"
    )
  }

  private func send(_ runner: Runner) throws {
    guard let place, let worklist else { return tell("no case is open; `next` opens one") }
    guard [.accepted, .corrected, .sent].contains(worklist.items[place].entry.status) else {
      return tell("case \(place + 1) is not accepted yet; `accept` keeps its results")
    }
    let to = worklist.archive.map { " to=\(Path($0).literal ?? $0)" } ?? ""
    guard run("send \(worklist.resultsFolder(of: place).literal ?? "")\(to)", runner) else { return }
    try change(place) { $0.status = .sent }
    tell("case \(place + 1) sent. `next` opens the next case")
  }

  private func stop() {
    guard let worklist else { return }
    tell("closed: \(worklist.summary)")
    (self.worklist, store, place, image) = (nil, nil, nil, nil)
    desk.openCount = nil
  }

  // MARK: The session

  /// The newest value that was made from an image, with a name to call it by.
  private func newest(of image: String, _ session: Session, where isWanted: (any Value) -> Bool) -> (name: String, step: Step)? {
    var count = 1
    while session.result(count) != nil { count += 1 }
    for number in (1..<count).reversed() {
      guard let value = session.result(number), isWanted(value), let step = session.step(of: "_\(number)"),
        step.ancestry.contains(where: { $0.inputFile?.sha256 == image })
      else { continue }
      return ("_\(number)", step)
    }
    return nil
  }

  /// SHA-256 of the model that a value was made with; nil: none was.
  private static func model(_ step: Step?) -> String? {
    step?.ancestry.flatMap(\.files).last { $0.role == .model }?.sha256
  }

  private static func literal(_ folder: Path, _ name: String) -> String { Path("\(folder.text)/\(name)").literal ?? name }

  /// Runs a line as if it were typed.
  /// - Returns: Whether it succeeded.
  private func run(_ line: String, _ runner: Runner) -> Bool {
    let outcome = runner.execute(line)
    for result in outcome.results { console.write(drawn: Display.line(result)) }
    return !outcome.hasErrors && !outcome.wasCancelled
  }

  /// Changes what is known of a case, on the disk first.
  private func change(_ index: Int, _ change: (inout WorklistStore.Entry) -> Void) throws {
    guard var entry = worklist?.items[index].entry, let key = worklist?.items[index].key else { return }
    change(&entry)
    try store?.set(key, entry)
    worklist?.items[index].entry = entry
  }

  private func tell(_ text: String) {
    console.write(
      drawn: terminal.styled("worklist", .bold) + ": " + Layout.wrapped(TerminalText.cleaned(text), columns: terminal.columns - 10) + "\n")
  }
}
