import Basics
import SegCommands
import SegLang
import SegServices
import SegValues
import Synchronization
import Terminal

/// A notebook's session: the prompt's evaluator, completion, help and lessons, shown as a notebook shows them.
final class NotebookSession: NotebookEvaluator {
  private let runner = Runner(isConversation: true)
  private let outlet = Outlet()
  private var session: Session { runner.session }
  private var settings = DisplaySettings.kept() { didSet { runner.privacy = settings.phi } }
  private var saved: Set<String> = []

  private static let width = 100
  /// Lines below a result, such as the rows of a table, where the notebook shows nothing but text.
  private static let detailLimit = 60

  /// Where output goes while a cell runs.
  private final class Outlet: Sendable {
    private let show = Mutex<(@Sendable (NotebookOutput) -> Void)?>(nil)
    func open(_ to: (@Sendable (NotebookOutput) -> Void)?) { show.withLock { $0 = to } }
    func put(_ output: NotebookOutput) { show.withLock { $0 }?(output) }
    func put(_ text: String) { put(.text(text.hasSuffix("\n") ? text : text + "\n", isMessage: false)) }
  }

  init() {
    let outlet = outlet
    Console.shared.redirect { text, isMessage in outlet.put(.text(text, isMessage: isMessage)) }
    session.host.note = { outlet.put("note: \(TerminalText.cleaned($0))") }
    session.host.write = { outlet.put(.text(TerminalText.cleaned($0), isMessage: false)) }
    session.host.draw = { outlet.put(.text($0, isMessage: false)) }
    // Results are described on the thread of their line, which an interrupt leaves behind.
    session.host.isInteractive = true
    session.host.services[ScreenService.self] = nil
    session.host.services[InlineDisplayService.self] = { drawing, words in
      let forms = NotebookValue.forms(of: drawing, words: TerminalText.cleaned(words))
      outlet.put(.value(forms.data, metadata: forms.metadata, isResult: false))
    }
    // A client may interrupt as often as it likes; the kernel stays.
    Interrupt.install(isInteractive: false, patience: Int.max)
  }

  let interrupt: @Sendable () -> Void = { Interrupt.request() }

  // MARK: Cells

  func run(_ code: String, show: @escaping @Sendable (NotebookOutput) -> Void) -> NotebookOutcome {
    outlet.open(show)
    defer { outlet.open(nil) }
    let parts = parts(of: code)
    for (index, part) in parts.enumerated() {
      let outcome =
        switch part {
        case .text(let text): run(text: text, isLast: index + 1 == parts.count)
        case .question(let line): answer(HelpPages.answer(line, in: session))
        case .meta(let line): perform(line)
        }
      guard case .done = outcome else { return outcome }
    }
    return .done
  }

  /// A part of a cell: statements, or one line that works on the session.
  private enum Part {
    case text(String)
    case question(String)
    case meta(MetaCommand.Line)
  }

  private func parts(of code: String) -> [Part] {
    var (parts, text) = ([Part](), [String]())
    func endText() {
      let whole = text.joined(separator: "\n")
      if !whole.trimmed().isEmpty { parts.append(.text(whole)) }
      text = []
    }
    for line in code.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let word = line.trimmed()
      if session[word] == nil, word.hasPrefix("?") {
        endText()
        parts.append(.question(word))
      } else if session[word] == nil, let meta = MetaCommand.read(line) {
        endText()
        parts.append(.meta(meta))
      } else {
        text.append(line)
      }
    }
    endText()
    return parts
  }

  private func run(text: String, isLast: Bool) -> NotebookOutcome {
    let outcome = runner.execute(text, showsDiagnostics: false)
    if outcome.wasCancelled { return .interrupted }
    let warnings = outcome.diagnostics.filter { $0.severity == .warning }
    if !warnings.isEmpty { outlet.put(.text(Renderer(width: Self.width).render(warnings), isMessage: true)) }
    let errors = outcome.diagnostics.filter { $0.severity == .error }
    if let first = errors.first {
      let drawn = Renderer(isColored: true, width: Self.width).render(errors)
      return .failed(name: first.code, message: TerminalText.cleaned(first.message), lines: drawn.split(separator: "\n").map(String.init))
    }
    for (index, result) in outcome.results.enumerated() { show(result, isLast: isLast && index + 1 == outcome.results.count) }
    runner.lessons.respond(to: outcome, in: runner)
    return Interrupt.isPending ? .interrupted : .done
  }

  /// A result with a name is its line; one without is shown whole.
  private func show(_ result: Session.Result, isLast: Bool) {
    let line = TerminalText.cleaned(result.line)
    guard result.name == nil else { return outlet.put(line) }
    var lines = [line] + result.details.prefix(Self.detailLimit).map(TerminalText.cleaned)
    let left = result.details.count - Self.detailLimit
    if left > 0 { lines.append("… \(left) more; `save` writes all of them") }
    let forms = Interrupt.polled {
      NotebookValue.forms(
        of: result.value, text: lines.joined(separator: "\n"), madeBy: session.step(of: "_\(result.number)"), host: session.host,
        registry: session.registry)
    }
    outlet.put(.value(forms.data, metadata: forms.metadata, isResult: isLast))
  }

  private func answer(_ text: String) -> NotebookOutcome {
    outlet.put(text)
    return .done
  }

  private func refused(_ message: String) -> NotebookOutcome {
    .failed(name: "error", message: message, lines: ["error: \(TerminalText.cleaned(message))"])
  }

  /// What starts with a colon and makes sense in a notebook.
  private func perform(_ line: MetaCommand.Line) -> NotebookOutcome {
    switch line {
    case .command(.undo, "list"): return answer(session.undoListing)
    case .command(.undo, _): return answer(session.undo() ?? "nothing to undo")
    case .command(.redo, _): return answer(session.redo() ?? "nothing to redo")
    case .command(.type, let rest) where !rest.isEmpty:
      let found = session.type(of: rest)
      let errors = found.diagnostics.filter { $0.severity == .error }
      return errors.isEmpty ? answer("\(found.type ?? .nothing)") : refused(errors[0].message)
    case .command(.set, let rest): return settings.change(rest).map(refused) ?? answer(settings.listing(columns: Self.width))
    case .command(.save, let rest): return save(SaveRequest(rest))
    case .command(let command, _):
      let name = command == .quit ? "exit" : ":\(command.rawValue)"
      return refused("`\(name)` works only at the prompt; a notebook has :undo, :redo, :type EXPR, :set and :save FILE")
    case .unknown(let name, let near):
      return refused("unknown command `:\(name)`\(near.map { "; did you mean `:\($0)`?" } ?? "")")
    }
  }

  private func save(_ request: SaveRequest) -> NotebookOutcome {
    guard let path = request.path.map(HomeFolder.expanding), request.rest.isEmpty else { return refused("usage: \(SaveRequest.usage)") }
    do {
      let script = try SessionScript(session, at: path, why: request.why, hidesNames: settings.phi == .hide)
      // Nobody can be asked. The same script again, as when all cells are run again, replaces nothing.
      let isFree = !FilePaths.exists(path) || saved.contains(path) || request.replaces
      guard isFree || Files.read(path, limit: ScriptFile.limit) == Array(script.text.utf8) else {
        return refused("\(path) exists and is different; add --replace, or choose another name")
      }
      let report = try script.write()
      saved.insert(path)
      return answer(report.joined(separator: "\n"))
    } catch {
      return refused("\(error)")
    }
  }

  // MARK: While a cell is written

  func complete(_ code: String, at offset: Int) -> (start: Int, items: [String]) {
    let menu = LineCompleter(session: session, words: runner.lessons.words).menu(code, offset)
    return (menu.start, menu.items.map { $0.whole ?? $0.text })
  }

  /// The page of the word at the cursor, or else of the command that it is an argument of.
  func inspect(_ code: String, at offset: Int) -> String? {
    let bytes = Array(code.utf8)
    func isWord(_ byte: UInt8) -> Bool {
      byte >= 0x80 || "_-".utf8.contains(byte) || Unicode.Scalar(byte).properties.isAlphabetic || (48...57).contains(byte)
    }
    let place = min(max(0, offset), bytes.count)
    var (start, end) = (place, place)
    while start > 0, isWord(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, isWord(bytes[end]) { end += 1 }
    // The equals sign of an assignment stands behind a blank, that of an option behind its name.
    let before = bytes[..<start].indices.last { index in
      "|;{}()\n".utf8.contains(bytes[index]) || (bytes[index] == UInt8(ascii: "=") && index > 0 && bytes[index - 1] == 32)
    }
    let segment = bytes[(before.map { $0 + 1 } ?? 0)..<end].drop { $0 == 32 }
    let command = segment.prefix(while: isWord)
    let words = [bytes[start..<end], command].map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
    return words.lazy.compactMap { [session] word in
      HelpPages.valuePage(word, in: session) ?? HelpPages.page(word) ?? HelpPages.typePage(word)
    }.first
  }

  func completeness(of code: String) -> NotebookCompleteness {
    if code.trimmed().hasPrefix("?") || MetaCommand.read(code) != nil { return .complete }
    guard session.isIncomplete(code) else { return session.hasSyntaxErrors(code) ? .invalid : .complete }
    let depth = code.reduce(0) { $0 + ($1 == "{" ? 1 : $1 == "}" ? -1 : 0) }
    return .incomplete(indent: String(repeating: "  ", count: min(20, max(0, depth))))
  }
}
