import SegLang
import Synchronization

/// What must hold for any text at all. Says what did not; nothing where all is well.
struct FuzzCheck {
  let text: String
  let mode: Mode
  /// Decides which of the rarer looks are taken.
  let salt: UInt64

  /// Errors that a text which passed the check cannot meet when it runs.
  private static let caughtByCheck: Set<String> = [
    "E101", "E102", "E104", "E105", "E106", "E107", "E108", "E109", "E110", "E111", "E112", "E113",
  ]

  private func isCommand(_ name: String) -> Bool { toys[name] != nil }

  /// The one file that there is.
  private static let modules = ModuleLoader { path, _ in
    guard path == "m.seg" else { return .failure(.missing(near: [])) }
    let text = """
      k = 3
      list = [k, 2]
      fn twice(x: Number) { return x * 2 }
      fn above(x: Image) { return x > k }
      fn doubled(xs: List) { return xs | each { it | twice } }
      """
    return .success(ModuleLoader.File(identity: path, name: path, text: text))
  }

  private func parse(_ text: String) -> SyntaxTree {
    SyntaxTree(parsing: SourceText(text), using: Self.modules, isCommand: isCommand)
  }

  func run() -> String? {
    let tree = parse(text)
    if let fault = losses(of: tree) { return fault }
    if salt % 7 == 0 {
      _ = ToySession().session(mode).complete(text, at: text.utf8.count / 2)
      _ = toys.search(String(text.prefix(12)))
    }
    let report = tree.check(against: toys, mode: mode)
    if salt % 3 == 0 {
      _ = Outline(tree)
      let told = SyntaxTree.check(SourceText(text), against: toys, mode: mode, using: Self.modules, lints: true).report
      if told.hasErrors != report.hasErrors { return "with warnings asked for, the check finds other errors" }
    }
    if salt % 5 == 0 { _ = Renderer().render(report.diagnostics) + report.diagnostics.map(\.json.text).joined() }
    for diagnostic in report.diagnostics where diagnostic.source?.name == nil && diagnostic.span.end > text.utf8.count {
      return "a place outside of the text: \(diagnostic.code)"
    }
    if !tree.diagnostics.isEmpty, report.diagnostics.isEmpty { return "a syntax error that the check does not tell" }
    if salt % 2 == 0, tree.diagnostics.isEmpty, let fault = formatting(tree) { return fault }
    return report.hasErrors ? nil : execution()
  }

  private func losses(of tree: SyntaxTree) -> String? {
    var end = 0
    for token in tree.tokens {
      if token.span.start != end || token.span.isEmpty { return "tokens do not follow each other at byte \(end)" }
      end = token.span.end
    }
    return end == text.utf8.count ? nil : "the tokens end at byte \(end) of \(text.utf8.count)"
  }

  private func comments(_ tree: SyntaxTree) -> [String] {
    tree.tokens.filter { $0.kind == .comment }.map { token in
      var comment = Substring(tree.source[token.span])
      while let last = comment.last, last == " " || last == "\t" || last == "\r" { comment.removeLast() }
      return String(comment)
    }
  }

  private func formatting(_ tree: SyntaxTree) -> String? {
    let once = Formatter().format(tree, isCommand: isCommand)
    let again = parse(once)
    if let first = again.diagnostics.first { return "formatted, it has an error: \(first.code) \(first.message)\n--- formatted\n\(once)" }
    if again.structure != tree.structure { return "formatted, it means something else\n--- formatted\n\(once)" }
    if comments(again) != comments(tree) { return "formatting changes comments\n--- formatted\n\(once)" }
    if Formatter().format(again, isCommand: isCommand) != once { return "formatting twice is not formatting once\n--- formatted\n\(once)" }
    guard salt % 6 == 0 else { return nil }
    let mended = Formatter(registry: toys).format(tree, isCommand: isCommand)
    if Formatter(registry: toys).format(parse(mended), isCommand: isCommand) != mended {
      return "mending twice is not mending once\n--- mended\n\(mended)"
    }
    return nil
  }

  /// A session whose lines are stopped after some steps.
  func session(_ mode: Mode) -> Session {
    let polls = Polls()
    let session = Session(registry: toys, host: Host(isCancelled: { polls.isOver }), mode: mode)
    session.modules = Self.modules
    return session
  }

  private final class Polls: Sendable {
    private let count = Atomic<Int>(0)
    var isOver: Bool { count.add(1, ordering: .relaxed).newValue > 150 }
  }

  private func execution() -> String? {
    let session = session(mode)
    session.testsExpectations = salt % 4 < 2
    let outcome = session.execute(text)
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
      if outcome.failedCheck { return "the session's check differs: \(error.code) \(error.message)" }
      if Self.caughtByCheck.contains(error.code) { return "passed the check, then: \(error.code) \(error.message)" }
      return session.variables.isEmpty ? nil : "a failed line left something behind"
    }
    return mode == .prompt ? recording(session) : nil
  }

  /// The saved session is a script that makes the same values.
  private func recording(_ session: Session) -> String? {
    guard let script = session.script() else { return "the session has no script" }
    let report = SyntaxTree.check(SourceText(script), against: toys, mode: .script).report
    if let error = report.diagnostics.first(where: { $0.severity == .error }) {
      // Each turn of a loop is recorded with the values that it had, which need not fit the parts of a block that never ran.
      if error.code == "E214", text.contains("for ") { return nil }
      return "the saved session does not pass the check: \(error.code) \(error.message)\n--- saved\n\(script)"
    }
    let again = self.session(.script)
    let outcome = again.execute(script)
    if let error = outcome.diagnostics.first(where: { $0.severity == .error }) {
      return error.problem == .cancelled ? nil : "the saved session does not run: \(error.code) \(error.message)\n--- saved\n\(script)"
    }
    let values = Dictionary(again.variables.map { ($0.name, $0.value.oneLine) }) { first, _ in first }
    for (name, value) in session.variables where session.step(of: name) != nil && values[name] != value.oneLine {
      // Of two names for one step, the script has one.
      guard values[name] != nil else { continue }
      return "saved and run again, \(name) is \(values[name] ?? "gone") and was \(value.oneLine)\n--- saved\n\(script)"
    }
    if let fault = lineage(of: session, saved: script) { return fault }
    let before = session.variables.map { "\($0.name) \($0.value.oneLine)" }
    guard session.undo() != nil else { return nil }
    if !session.variables.isEmpty { return "undo left something behind" }
    guard session.redo() != nil else { return "what was undone cannot be done again" }
    return session.variables.map { "\($0.name) \($0.value.oneLine)" } == before ? nil : "redo gives other values"
  }
}

/// Makes inputs and looks at them.
struct Fuzzer {
  /// The input of a number: two fifths as the grammar makes it, the rest corrupted.
  static func input(_ number: UInt64) -> FuzzCheck {
    var mutator = Mutator(seed: number &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    var generator = ProgramGenerator(seed: number)
    let (turn, salt) = (number % 24, number / 24)
    switch turn {
    case 0, 1: return FuzzCheck(text: mutator.soup(), mode: .prompt, salt: salt)
    case 2: return FuzzCheck(text: mutator.mutated(corpus[Int(salt % UInt64(corpus.count))]), mode: .prompt, salt: salt)
    case 3..<13:
      let (text, mode) = generator.program()
      return FuzzCheck(text: text, mode: mode, salt: salt)
    default:
      let (text, mode) = generator.program()
      return FuzzCheck(text: mutator.mutated(text), mode: mode, salt: salt)
    }
  }
}
