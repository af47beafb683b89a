import Basics
import ImageOps
import SegCommands
import SegLang
import SegServices
import SegValues
import Terminal

/// The conversation: reads lines, runs them, shows what comes out, until the user leaves.
final class Prompt {
  private let runner = Runner(isInteractive: true, isConversation: true)
  private let history = History()
  private let console = Console.shared
  private let terminal = Terminal.current
  private var editor: any LineEditor = PlainEditor()
  /// Lines of a text that is not complete yet.
  private var unfinished: [String] = []
  private var showsTime = false
  private var settings = DisplaySettings.kept() {
    didSet {
      runner.privacy = settings.phi
      drawThumbnails()
    }
  }
  private var shield = Redactor(.segsh)
  /// How many lines of the history a `save` or `:save` came after.
  private var savedLines = 0
  private var hasLeft = false
  private var savedFiles: Set<String> = []
  private var wasToldHowToLeave = false
  private lazy var cohort = PromptCohort(runner)
  private var live: LiveView { runner.live }

  /// - Parameter isStrict: whether images with a doubt are refused.
  init(isStrict: Bool) { runner.isStrict = isStrict }

  /// Runs a script first, if one is given, then the conversation.
  func run(opening file: String?) throws {
    let completions: (String, Int) -> CompletionMenu = { [unowned self] text, cursor in
      LineCompleter(
        session: runner.session, before: unfinished.map { $0 + "\n" }.joined(), words: runner.lessons.words + runner.worklists.words
      ).menu(text, cursor)
    }
    if let readline = ReadlineEditor(completions: completions) { editor = readline }
    let hint = "?  help   :quit  exit   research use, not a diagnosis"
    let title =
      terminal.styled("segsh \(ProgramVersion.text)", .bold) + (terminal.columns > 72 ? "   " : "\n") + terminal.styled(hint, .faint)
    console.tell(drawn: Layout.wrapped(title, columns: terminal.columns))
    drawThumbnails()
    live.worklist = { [unowned self] in
      (runner.worklists.pageState(hidesNames: settings.phi == .hide), runner.worklists.readings)
    }
    if let file { open(file) }
    for entry in history.entries() { editor.remember(entry) }
    while !hasLeft { step() }
    live.stop()
  }

  private func open(_ file: String) {
    if let line = ScriptFile.loadingLine(file) { return show(runner.execute(line)) }
    do {
      let script = try ScriptFile(file)
      show(runner.execute(script.text, named: script.name))
    } catch {
      console.tell("error: \(error)")
    }
  }

  // MARK: Lines

  private func step() {
    // A Ctrl-C that came too late for what ran.
    if Interrupt.isPending { console.eraseLine() }
    Interrupt.reset()
    switch editor.readLine(prompt: unfinished.isEmpty ? promptText : PromptText.continuation, until: live.postsFile) {
    case .woken: live.takePosts(runner.session, settings) { runPosted($0, $1) }
    case .interrupted:
      if unfinished.isEmpty, !wasToldHowToLeave {
        console.tell(drawn: terminal.styled("(to exit: Ctrl-D, :quit or exit)", .faint))
        wasToldHowToLeave = true
      }
      unfinished = []
    case .end:
      // Readline leaves the cursor behind the prompt.
      console.tell("")
      if unfinished.isEmpty { leave() } else { unfinished = [] }
    case .line(let text):
      // Pasted text comes as one line with line feeds inside. What works on the session ends a text before it.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.contains(where: isMeta) {
        for line in lines where !hasLeft { take(line) }
      } else {
        take(text)
      }
    }
  }

  private var promptText: String {
    PromptText(runner.session, terminal, lesson: runner.lessons.place ?? runner.worklists.shownPlace, hidesPatients: settings.phi == .hide)
      .text
  }

  /// Whether the line is a variable, which goes before the words that leave the prompt.
  private func isValueName(_ line: String) -> Bool { runner.session[line.trimmed()] != nil }

  private func isMeta(_ line: String) -> Bool {
    MetaCommand.read(line) != nil && !isValueName(line) || line.trimmed().hasPrefix("?")
  }

  private func take(_ line: String) {
    if let meta = MetaCommand.read(line), !isValueName(line) {
      remember(line)
      perform(meta)
      return live.follow(runner.session, settings)
    }
    if unfinished.isEmpty, let question = Self.question(line.trimmed()) {
      remember(line)
      return Pager.show(Layout.wrapped(HelpPages.answer(question, in: runner.session), columns: terminal.columns))
    }
    unfinished.append(line)
    let text = unfinished.joined(separator: "\n")
    if runner.session.isIncomplete(text) { return }
    unfinished = []
    guard !text.trimmed().isEmpty else { return }
    _ = run(text)
  }

  /// Runs a whole text and shows what comes out.
  private func run(_ text: String) -> Session.Outcome {
    remember(text)
    let start = ContinuousClock.now
    live.begin()
    let outcome = runner.execute(text)
    show(outcome)
    runner.lessons.respond(to: outcome, in: runner)
    runner.worklists.respond(to: outcome, in: runner)
    live.follow(runner.session, settings)
    live.respond(runner.session, settings)
    if showsTime { console.tell(drawn: terminal.styled("  \(Self.time(ContinuousClock.now - start))", .faint)) }
    return outcome
  }

  /// Runs what a page asked for as if it had been typed; what stood in the line comes back with the next prompt.
  private func runPosted(_ post: ViewPost, _ line: String?) {
    let text = line ?? (post == .undo ? ":undo" : ":redo")
    let prompt = promptText.filter { $0 != "\u{1}" && $0 != "\u{2}" }
    console.tell(drawn: prompt + TerminalText.cleaned(text) + terminal.styled("   (from the page)", .faint))
    guard line != nil else {
      let said = post == .undo ? takeBack() : runner.session.redo() ?? "nothing to redo"
      tellWrapped(said)
      live.told(said, isError: false)
      return live.follow(runner.session, settings)
    }
    let outcome = run(text)
    let error = outcome.diagnostics.first { $0.severity == .error }
    if error == nil, let said = runner.worklists.takeSaid() { return live.told(said.text, isError: said.isError) }
    live.told(error?.message ?? outcome.results.last?.line ?? text, isError: error != nil)
  }

  private func remember(_ entry: String) {
    guard History.keeps(entry), !runner.worklists.isComment(entry) else { return }
    editor.remember(entry)
    history.append(settings.phi == .hide ? shield.covered(entry) : entry)
  }

  private func show(_ outcome: Session.Outcome) {
    for result in outcome.results { console.write(drawn: Display.line(result)) }
    guard !outcome.hasErrors else { return }
    // What a lesson asks for is for practice.
    if runner.session.lastLineKeepsInput || runner.lessons.place != nil { savedLines = runner.session.history.count }
  }

  /// Results that no file holds, and that are more than a word, a number or what can be had again from its file.
  private var unsavedResults: Int {
    let plain = [Double.typeName, String.typeName, Bool.typeName]
    return runner.session.historyGraph.dropFirst(savedLines).flatMap(\.made).count { made in
      let traits = made.command.flatMap { runner.session.registry[$0]?.command.traits } ?? []
      return !plain.contains(made.typeName) && !traits.contains(.isSource)
    }
  }

  // MARK: Help

  /// A line that asks for help, as one that starts with `?`: `help` and `help NAME` of a known name may need the pager, too.
  private static func question(_ line: String) -> String? {
    if line.hasPrefix("?") { return line }
    let words = line.split(separator: " ").map(String.init)
    guard words.first == "help", words.count <= 2 else { return nil }
    return words.count == 1 ? "?" : HelpPages.page(words[1]).map { _ in "?" + words[1] }
  }

  // MARK: Meta commands

  private func perform(_ line: MetaCommand.Line) {
    switch line {
    case .unknown(let name, let near):
      let question = near.map { "; did you mean `:\($0)`?" } ?? "; :help lists them"
      console.tell(name.isEmpty ? "a command name is missing after `:`; :help lists them" : "unknown command `:\(name)`\(question)")
    case .command(.undo, "list"):
      console.write(runner.session.undoListing)
    case .command(.undo, _): tellWrapped(takeBack())
    case .command(.redo, _): tellWrapped(runner.session.redo() ?? "nothing to redo")
    case .command(.history, let rest): showHistory(rest)
    case .command(.save, let rest): save(rest)
    case .command(.cohort, let rest): cohort.start(rest)
    case .command(.debug, let rest): cohort.debug(rest) { run($0) }
    case .command(.type, let rest): showType(rest)
    case .command(.time, let rest): setTime(rest)
    case .command(.thumbnails, let rest): setThumbnails(rest)
    case .command(.set, let rest): set(rest)
    case .command(.help, _): Pager.show(MetaCommand.list(columns: terminal.columns))
    case .command(.quit, _): leave()
    }
  }

  private func tellWrapped(_ text: String) {
    console.tell(terminal.outputIsTerminal ? Layout.wrapped(text, columns: terminal.columns, indent: 4) : text)
  }

  private func takeBack() -> String {
    defer {
      savedLines = min(savedLines, runner.session.history.count)
      runner.worklists.followUndo(runner)
    }
    return runner.session.undo() ?? "nothing to undo"
  }

  private func showHistory(_ rest: String) {
    let lines = Array(runner.session.historyGraph.enumerated())
    func shown(_ text: String) -> String { settings.phi == .hide ? shield.covered(text) : text }
    guard rest.isEmpty || Int(rest) != nil else { return console.tell(":history takes a number of commands, not `\(rest)`") }
    let width = String(lines.count).count
    for (index, line) in lines.suffix(max(0, Int(rest) ?? lines.count)) {
      let number = String(index + 1)
      let text = "  \(String(repeating: " ", count: width - number.count))\(number)  \(shown(line.line))"
      console.write((terminal.outputIsTerminal ? Layout.wrapped(text, columns: terminal.columns, indent: width + 6) : text) + "\n")
      let margin = String(repeating: " ", count: width + 6)
      for made in line.made where !made.names.isEmpty {
        let from = made.parents.isEmpty ? "" : " from \(made.parents.joined(separator: ", "))"
        console.write(drawn: terminal.styled("\(margin)-> \(made.names.joined(separator: " = ")) \(made.typeName)\(from)", .faint) + "\n")
      }
      for file in line.files {
        console.write(drawn: terminal.styled("\(margin)-> file \(TerminalText.cleaned(shown("save \(file)")).dropFirst(5))", .faint) + "\n")
      }
    }
  }

  private func showType(_ rest: String) {
    guard !rest.isEmpty else { return console.tell("usage: :type EXPR") }
    let answer = runner.session.type(of: rest)
    if !answer.diagnostics.isEmpty { Display.show(answer.diagnostics) }
    if !answer.diagnostics.contains(where: { $0.severity == .error }) { console.write("\(answer.type ?? .nothing)\n") }
  }

  private func setTime(_ rest: String) {
    switch rest {
    case "on": showsTime = true
    case "off": showsTime = false
    case "": showsTime.toggle()
    default: return console.tell(":time takes `on` or `off`, not `\(rest)`")
    }
    console.tell("run times are \(showsTime ? "on" : "off")")
  }

  private func drawThumbnails() {
    guard settings.thumbnail != .off else {
      runner.session.host.illustrate = { _, _ in nil }
      return
    }
    let inCharacters = settings.thumbnail == .on
    runner.session.host.illustrate = { value, step in
      Thumbnail.text(of: value, madeBy: step, inCharacters: inCharacters) { Interrupt.isPending }
    }
  }

  private func setThumbnails(_ rest: String) {
    if !rest.isEmpty {
      if settings.take("thumbnail", rest) != nil { return console.tell(":thumbnails takes `auto`, `on` or `off`, not `\(rest)`") }
      do { try settings.keep() } catch { return console.tell("error: \(error)") }
    }
    console.tell("thumbnails are \(settings.thumbnail.rawValue)")
  }

  private func set(_ rest: String) {
    if let problem = settings.change(rest) { return console.tell(problem) }
    console.write(settings.listing(columns: terminal.columns))
  }

  private func save(_ rest: String) {
    let request = SaveRequest(rest)
    guard let path = request.path.map(HomeFolder.expanding), request.rest.isEmpty else {
      return console.tell("usage: \(SaveRequest.usage)")
    }
    do {
      let script = try SessionScript(runner.session, at: path, why: request.why, hidesNames: settings.phi == .hide)
      if FilePaths.exists(path), !savedFiles.contains(path), !request.replaces, !agrees("\(path) exists; overwrite it?") { return }
      let report = try script.write()
      savedFiles.insert(path)
      savedLines = runner.session.history.count
      for line in report { console.tell(line) }
    } catch let problem as SessionScript.Problem {
      console.tell("\(problem)")
    } catch {
      console.tell("error: \(error)")
    }
  }

  // MARK: Leaving

  private func leave() {
    let unsaved = unsavedResults
    let results = unsaved == 1 ? "1 result is" : "\(unsaved) results are"
    if unsaved == 0 || agrees("\(results) not saved; exit anyway?", whenEnded: true) { hasLeft = true }
  }

  private func agrees(_ question: String, whenEnded: Bool = false) -> Bool {
    switch editor.readLine(prompt: "\(terminal.shown(TerminalText.cleaned(question))) [y/N] ") {
    case .line(let answer): return ["y", "yes"].contains(answer.trimmed().lowercased())
    case .end:
      console.tell("")
      return whenEnded
    case .interrupted, .woken: return false
    }
  }

  private static func time(_ duration: Duration) -> String {
    let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(NumberFormat.tabulated(seconds, 2)) s"
  }
}
