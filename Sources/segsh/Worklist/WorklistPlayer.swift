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
  private(set) var worklist: Worklist?
  private var store: WorklistStore?
  private(set) var place: Int?
  /// SHA-256 of the open image.
  private var image: String?
  /// What was accepted of the open case.
  private var accepted: Step?
  /// The outlines of two readers whose differences are settled, for the live view.
  private(set) var readings: [(reader: String, step: Step)] = []
  /// What the last line was told, or its first error, for the page.
  private var said: (text: String, isError: Bool)?

  /// `$XDG_STATE_HOME/segsh/worklist.sqlite`; nil when there is no home.
  static var statePath: String? { History.stateFolder.map { $0 + "/worklist.sqlite" } }

  /// "case 3/12", for the prompt; nil when no case is open.
  var shownPlace: String? {
    guard let worklist, let place else { return nil }
    return "case \(place + 1)/\(worklist.items.count)"
  }

  /// The words that steer the worklist alone on a line; none while none is open.
  var words: [(name: String, help: String)] { worklist == nil ? [] : WorklistName.Word.allCases.map { ($0.rawValue, $0.help) } }

  /// The whole line for a word that steers the worklist, with its text; other lines as they are. A variable of that name goes first.
  func expanded(_ line: String, _ session: Session) -> String {
    let line = line.trimmed()
    let name = String(line.prefix { !$0.isWhitespace })
    guard words.contains(where: { $0.name == name }), session[name] == nil, let word = WorklistName.Word(rawValue: name) else {
      return line
    }
    let text = String(line.dropFirst(name.count)).trimmed()
    if text.isEmpty { return "worklist \(name)" }
    guard word.takesText, !text.hasPrefix("="), !text.hasPrefix("|") else { return line }
    return "worklist \(name) \(text.hasPrefix("\"") ? text : text.literal ?? "")"
  }

  /// Whether a line states a comment, which the history does not keep: it may name a patient.
  func isComment(_ line: String) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace).prefix(2)
    return worklist != nil && (words.first == "comment" || words.elementsEqual(["worklist", "comment"]))
  }

  /// What the last line was told, or its first error.
  func takeSaid() -> (text: String, isError: Bool)? {
    defer { said = nil }
    return said
  }

  /// Acts on what a line asked of the worklist.
  func respond(to outcome: Session.Outcome, in runner: Runner) {
    said = nil
    let request = desk.pending.take()
    guard !outcome.hasErrors else { return }
    do {
      switch request {
      case .open(let plan, let number)?: try start(plan.worklist, number, runner)
      case .go(let number)?: try open(number - 1, runner)
      case .step(let word, let text)?: try step(word, text, runner)
      case nil: try noteCorrection(runner)
      }
    } catch {
      said = ("\(error)", true)
      console.tell("error: \(error)")
    }
  }

  private func step(_ word: WorklistName.Word, _ text: String?, _ runner: Runner) throws {
    switch word {
    case .show: show()
    case .next: try next(runner)
    case .previous: try previous(runner)
    case .accept: try accept(of: text, runner)
    case .correct: try correct(runner)
    case .comment: try comment(text ?? "")
    case .send: try send(runner)
    case .stop: stop()
    }
  }

  // MARK: Going through

  private func start(_ list: Worklist, _ number: Int?, _ runner: Runner) throws {
    store = try list.options.state.map { try WorklistStore($0) }
    (worklist, place, image, readings) = (list, nil, nil, [])
    desk.openCount = list.items.count
    if store == nil { tell("there is no home folder, so the state is not kept") }
    if let number { return try open(number - 1, runner) }
    if list.items.isEmpty { return tell("there is no case to open") }
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
        place.map { worklist.items[$0].reading.status } == .waiting
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
    (place, image, accepted, readings) = (index, nil, nil, [])
    let about = [item.view, item.date, item.reading.status.rawValue].filter { !$0.isEmpty }.joined(separator: ", ")
    tell("case \(index + 1) of \(worklist.items.count): \(about)" + (item.reading.comment.map { "; comment: \($0)" } ?? ""))
    guard let literal = item.file.literal, run("xray = load \(literal)", runner) else { return }
    image = runner.session.step(of: "xray")?.inputFile?.sha256
    if let readers = worklist.options.adjudicated { try lay(readers, index, runner) }
    let kept = item.reading.status.isDecided ? worklist.annotations(of: index) : nil
    var isSegmented = false
    if let draft = item.reading.draft {
      tell("the corrections that were not accepted yet are made again")
      isSegmented = run("seg = \(draft)", runner)
    }
    if !isSegmented {
      if kept == nil, worklist.options.adjudicated != nil { return }
      isSegmented = run("seg = xray | " + (kept.map { "load-annotations \($0.literal ?? $0.text)" } ?? "segment"), runner)
    }
    guard isSegmented, run("score = seg | severity", runner) else { return }
    guard kept == nil, item.reading.draft == nil, let report = runner.session["score"] as? SeverityReport else { return }
    // Scored, so that the list shows it.
    let score = WorklistStore.Measurement(report.severity, image: image, model: Self.model(runner.session.step(of: "score")))
    try store?.setScore(item.key, score)
    self.worklist?.items[index].score = score
  }

  /// The variables that hold the outlines of the two readers in an adjudication; corrections start from the first.
  private static let readerVariables = ["first_reader", "second_reader"]

  private func lay(_ readers: (first: String, second: String), _ index: Int, _ runner: Runner) throws {
    var found: [(reader: String, step: Step)] = []
    for (name, reader) in zip(Self.readerVariables, [readers.first, readers.second]).reversed() {
      guard let path = worklist?.annotations(of: index, reader: reader) else {
        tell(
          "the annotations of \(reader) are no longer in \(worklist?.resultsFolder(of: index, reader: reader).text ?? "")", isError: true)
        continue
      }
      guard run("\(name) = xray | load-annotations \(path.literal ?? path.text)", runner), let step = runner.session.step(of: name) else {
        continue
      }
      found.insert((reader, step), at: 0)
    }
    readings = found
    guard found.count == 2, let row = worklist?.items[index].comparison else { return }
    let percents = [row.first, row.second].map { $0.percent.map { NumberFormat.percentage($0) } ?? "no lungs" }
    let dice = row.opacityDice.map { "; Dice of opacity \(NumberFormat.fixed($0, 3))" } ?? ""
    tell(
      "\(readers.first) \(percents[0]), \(readers.second) \(percents[1])\(dice). `accept \(readers.first)` or `accept \(readers.second)` "
        + "takes one; or correct one and `accept`")
  }

  // MARK: Deciding

  private func correct(_ runner: Runner) throws {
    guard let place, image != nil else { return tell("no case is open; `next` opens one") }
    try change(place) { $0.status = .correcting }
    tell("correct the case on the page, or with include, exclude and paint; then `accept`")
    _ = run("view", runner)
  }

  /// A case is being corrected as soon as its first correction is made, which is kept with the state: nothing is lost if the program ends.
  func noteCorrection(_ runner: Runner) throws {
    guard let place, let image, let reading = worklist?.items[place].reading, let xray = runner.session.step(of: "xray") else { return }
    let newest = newest(of: image, runner.session) { $0 is Segmentation }?.step
    let draft = newest.flatMap { $0.isCorrected ? $0.line(from: xray, named: "xray") : nil }
    let isAccepted = reading.status.isDecided && newest.map { accepted === $0 } ?? true
    guard draft != reading.draft, !isAccepted else { return }
    try change(place) { reading in
      reading.draft = draft
      if draft != nil, !reading.status.isDecided { reading.status = .correcting }
    }
  }

  /// What was taken back is taken out of the state too.
  func followUndo(_ runner: Runner) {
    do { try noteCorrection(runner) } catch { console.tell("error: \(error)") }
  }

  private func comment(_ text: String) throws {
    guard let place else { return tell("no case is open; `next` opens one") }
    let comment = try ReaderName.comment(text)
    try change(place) { $0.comment = comment }
    tell(comment.map { "comment on case \(place + 1): \($0)" } ?? "case \(place + 1) has no comment")
  }

  private func accept(of reader: String?, _ runner: Runner) throws {
    guard let place, let image, let worklist else { return tell("no case is open; `next` opens one") }
    guard var segmentation = try chosen(reader, image, runner) else { return }
    func isScored() -> Bool {
      newest(of: image, runner.session) { $0 is SeverityReport }?.step.ancestry.contains { $0 === segmentation.step } ?? false
    }
    let wasScored = isScored()
    let name = worklist.options.reader
    if !name.isEmpty {
      guard run("\(segmentation.name) | review reader=\(name.literal ?? name)", runner, showsResult: false),
        let reviewed = newest(of: image, runner.session, where: { $0 is Segmentation })
      else { return }
      segmentation = reviewed
    }
    // The review changes no value, so that a score need not be shown twice.
    if !isScored(), !run("score = \(segmentation.name) | severity", runner, showsResult: !wasScored) { return }
    guard let score = newest(of: image, runner.session, where: { $0 is SeverityReport }), let report = score.step.value as? SeverityReport
    else { return }
    let folder = worklist.resultsFolder(of: place)
    try AtomicFile.makeFolder(HomeFolder.expanding(folder.text))
    let isDICOM = runner.session.step(of: "xray")?.inputFile?.isDICOM ?? false
    // An archive files objects under the patient only with name and number. A case may be accepted again.
    let file =
      isDICOM
      ? "\(score.name) | dicom-results \(folder.literal ?? folder.text) patient=true overwrite=true"
      : "\(segmentation.name) | save \(Self.literal(folder, "segmentation.json")) embed=false overwrite=true"
    // The table has a recipe next to it: the lineage, with the reader.
    let tables = ["severity.json", "severity.csv"].map { "\(score.name) | save \(Self.literal(folder, $0))" }
    for line in [file] + tables where !run(line, runner) { return }
    // One without a prediction was read from the results of before.
    let isKept = (segmentation.step.value as? Segmentation)?.prediction == nil
    let isCorrected = segmentation.step.isCorrected || isKept && worklist.items[place].isKeptCorrection
    try change(place) { reading in
      reading.status = isCorrected ? .corrected : .accepted
      reading.draft = nil
      reading.measurement = WorklistStore.Measurement(report.severity, image: image, model: Self.model(segmentation.step))
    }
    accepted = segmentation.step
    let percent = report.severity.percent.map { NumberFormat.percentage($0.value) } ?? "no lungs found"
    tell(
      "case \(place + 1) \(isCorrected ? "corrected" : "accepted"): \(percent), in \(folder.text). `send` sends it, `next` opens the next case"
    )
  }

  /// The segmentation to accept: of a reader in an adjudication, otherwise the newest of the case. Nil if the case has no segmentation, after
  /// saying so.
  private func chosen(_ reader: String?, _ image: String, _ runner: Runner) throws -> (name: String, step: Step)? {
    let newest = newest(of: image, runner.session) { $0 is Segmentation }
    guard let readers = worklist?.options.adjudicated else {
      if reader != nil {
        tell("`accept NAME` takes the outlines of a reader in an adjudication; `worklist PLACE adjudicate=A,B` opens one", isError: true)
        return nil
      }
      if newest == nil { tell("there is no segmentation of this case; run `seg = xray | segment`", isError: true) }
      return newest
    }
    guard let reader else {
      if let newest, newest.step.isCorrected { return newest }
      tell("`accept \(readers.first)` or `accept \(readers.second)` takes the outlines of one; or correct one and `accept`", isError: true)
      return nil
    }
    guard let index = [readers.first, readers.second].firstIndex(of: reader), readings.contains(where: { $0.reader == reader }),
      let step = runner.session.step(of: Self.readerVariables[index])
    else {
      tell("`\(reader)` has no outlines here; the readers are \(readers.first) and \(readers.second)", isError: true)
      return nil
    }
    return (Self.readerVariables[index], step)
  }

  private func send(_ runner: Runner) throws {
    guard let place, let worklist else { return tell("no case is open; `next` opens one") }
    guard worklist.items[place].reading.status.isDecided else {
      return tell("case \(place + 1) is not accepted yet; `accept` keeps its results", isError: true)
    }
    let to = worklist.options.archive.map { " to=\(Path($0).literal ?? $0)" } ?? ""
    guard run("send \(worklist.resultsFolder(of: place).literal ?? "")\(to)", runner) else { return }
    try change(place) { $0.status = .sent }
    tell("case \(place + 1) sent. `next` opens the next case")
  }

  private func stop() {
    guard let worklist else { return }
    tell("closed: \(worklist.summary)")
    (self.worklist, store, place, image, readings) = (nil, nil, nil, nil, [])
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
  /// - Parameter showsResult: False for a result that says nothing new.
  /// - Returns: Whether it succeeded.
  private func run(_ line: String, _ runner: Runner, showsResult: Bool = true) -> Bool {
    let outcome = runner.execute(line)
    if showsResult { for result in outcome.results { console.write(drawn: Display.line(result)) } }
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) { said = (error.message, true) }
    return !outcome.hasErrors && !outcome.wasCancelled
  }

  /// Changes what the reader decided about a case, on the disk first.
  private func change(_ index: Int, _ change: (inout WorklistStore.Reading) -> Void) throws {
    guard let worklist else { return }
    var reading = worklist.items[index].reading
    change(&reading)
    try store?.set(worklist.items[index].key, of: worklist.options.reader, reading)
    self.worklist?.items[index].reading = reading
  }

  private func tell(_ text: String, isError: Bool = false) {
    if said?.isError != true { said = (text, isError) }
    console.write(
      drawn: terminal.styled("worklist", .bold) + ": " + Layout.wrapped(TerminalText.cleaned(text), columns: terminal.columns - 10) + "\n")
  }
}

extension Step {
  /// Whether a person corrected what the value was made from.
  fileprivate var isCorrected: Bool { ancestry.contains { $0.traits.contains(.corrects) } }

  /// The line that makes the value from a step, which has a name.
  fileprivate func line(from root: Step, named name: String) -> String {
    if self === root { return name }
    return written { parent, place in
      let text = parent.line(from: root, named: name)
      return place == .piped ? text : "(\(text))"
    }
  }
}
