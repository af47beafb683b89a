import Basics
import SegCommands
import SegLang
import SegServices
import SegValues
import Terminal

/// `:cohort` and `:debug`: from the prompt to a cohort, and from one of its cases back to the prompt.
final class PromptCohort {
  private let runner: Runner
  /// The last run, and the script with a param for the case in place of the file.
  private var last: (run: CohortRun, script: String)?
  private var console: Console { .shared }

  init(_ runner: Runner) { self.runner = runner }

  // MARK: :cohort

  /// Runs the steps that made the last value for every case of a folder, pattern or list.
  func start(_ rest: String) {
    let words = SaveRequest.words(rest)
    guard let place = words.first, words.count == 1 || (words.count == 3 && words[1] == "--out") else {
      return console.tell("usage: :cohort CASES [--out FOLDER]")
    }
    let out = words.count == 3 ? words[2] : Self.folder(for: place)
    do {
      let (script, arguments) = try lastScript()
      try AtomicFile.makeFolder(HomeFolder.expanding(out))
      let path = HomeFolder.expanding(out) + "/script.seg"
      try AtomicFile.write(script, to: path)
      var request = CohortRequest(script: (script, path), cases: HomeFolder.expanding(place), out: HomeFolder.expanding(out))
      request.arguments = arguments
      request.caseParameter = Self.caseParameter
      request.isStrict = runner.isStrict
      request.options.resumes = true
      guard let loading = Registry.segsh["load"] else { return }
      let prepared = try request.prepared(.segsh, services: runner.session.host.services, loading: loading)
      for note in prepared.run.cases.notes { console.tell(Display.note(note)) }
      last = (prepared.run, script)
      defer { console.tell("the script is \(path); :debug CASE opens a case that failed") }
      try CohortRunning.run(prepared.run, progress: .auto, continuing: "type the same line again")
    } catch let failure as CohortRequest.CheckFailure { Display.show(failure.diagnostics) } catch is ExitStatus {} catch {
      console.tell("error: \(error)")
    }
  }

  private enum Problem: Error, CustomStringConvertible {
    case nothing, noFile
    var description: String {
      switch self {
      case .nothing: "there is no value yet; measure one X-ray first: load FILE | segment | severity"
      case .noFile: "the last value was not made from an image file; load an X-ray first"
      }
    }
  }

  private static let caseParameter = "xray1"

  /// The steps of the last result as a script whose params are the files, the first of which is the case, with the values of the others.
  private func lastScript() throws -> (text: String, arguments: [String: String]) {
    var number = 1
    while runner.session.result(number) != nil { number += 1 }
    let names = (1..<number).reversed().map { "_\($0)" }
    guard let name = names.first(where: { runner.session.step(of: $0) != nil }), let whole = runner.session.script(why: name) else {
      throw Problem.nothing
    }
    let script = AnonymizedScript(whole, in: .segsh)
    guard script.parameters.contains(where: { $0.name == Self.caseParameter }) else { throw Problem.noFile }
    // The digest of the file that was explored is no part of a script for many.
    let lines = script.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("param \(Self.caseParameter): Path ") ? "param \(Self.caseParameter): Path \"chest X-ray\"" : String(line)
    }
    let others = script.parameters.filter { $0.name != Self.caseParameter }
    return (lines.joined(separator: "\n"), Dictionary(others.map { ($0.name, $0.path) }) { first, _ in first })
  }

  /// `xrays/` and `xrays/*.png` give `xrays-results`.
  private static func folder(for place: String) -> String {
    let isFolder = FilePaths.isFolder(HomeFolder.expanding(place))
    let parts = place.split(separator: "/").map(String.init)
    let name = (isFolder ? parts : parts.dropLast()).last { !$0.contains("*") && $0 != "." && $0 != ".." && $0 != "~" }
    return (name ?? "cohort") + "-results"
  }

  // MARK: :debug

  /// Runs the script's lines for a case as if they were typed, up to the one that fails, and of that one the commands before the failure.
  /// - Parameter run: Runs a line and shows what comes out.
  func debug(_ rest: String, run: (String) -> Session.Outcome) {
    guard let (cohort, script) = last else { return console.tell("no cohort was run in this session; :cohort CASES runs one") }
    let wanted = SaveRequest.words(rest).joined(separator: " ")
    guard !wanted.isEmpty else { return console.tell("usage: :debug CASE") }
    guard let number = number(of: wanted, in: cohort) else {
      let names = cohort.plan.numbers.prefix(10_000).map { cohort.cases.name($0) }
      return console.tell("the cohort has no case `\(wanted)`\(NearName.question(wanted, among: names))")
    }
    var lines = ["\(Self.caseParameter) = \(Self.literal(cohort.cases.paths[number - 1]))"]
    lines += cohort.script.arguments.sorted { $0.key < $1.key }.map { "\($0.key) = \(Self.literal(Path($0.value)))" }
    lines += script.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("seglang ") && !$0.hasPrefix("param ") }
    for line in lines {
      console.write("> \(line)\n")
      let outcome = run(line)
      guard let failure = outcome.diagnostics.first(where: { $0.severity == .error }) else { continue }
      guard let before = Self.commands(of: line, before: failure.span.start) else { return }
      console.write("> \(before)\n")
      _ = run(before)
      return
    }
    console.tell("the case did not fail")
  }

  private static func literal(_ path: Path) -> String { "\"\(path.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }

  /// The number of a case by its name, by what results call it, or by the number itself.
  private func number(of name: String, in cohort: CohortRun) -> Int? {
    let numbers = cohort.plan.numbers
    if let number = numbers.first(where: { cohort.cases.name($0) == name }) { return number }
    let digits = name.hasPrefix("input") ? name.dropFirst(5).prefix { $0.isNumber } : name[...]
    return Int(digits).flatMap { numbers.contains($0) ? $0 : nil }
  }

  /// Of a pipeline, the commands before a place, without the variable that it is assigned to; nil where there are none.
  private static func commands(of line: String, before place: Int) -> String? {
    let tree = SyntaxTree(parsing: SourceText(line)) { Registry.segsh[$0] != nil }
    var depth = 0
    var end: Int?
    for token in tree.tokens where token.span.end <= place {
      let text = tree.source[token.span]
      if "([{".contains(text) {
        depth += 1
      } else if ")]}".contains(text) {
        depth -= 1
      } else if text == "|", depth == 0 {
        end = token.span.start
      }
    }
    guard let end else { return nil }
    let text = tree.source[Span(0, end)].trimmed()
    guard let equals = text.firstRange(of: " = "), text[..<equals.lowerBound].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
      return text
    }
    return String(text[equals.upperBound...])
  }
}
