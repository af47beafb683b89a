import Basics
import SegCommands
import SegLang
import SegModel
import SegServices
import Terminal

/// `segsh check`, `fmt` and `test`: what is done with scripts as files.
enum ScriptFiles {
  /// Checks scripts and prints what is wrong with them.
  /// - Parameter isForCases: Whether the scripts are run once per case by `segsh cohort`, where `it` is the image.
  /// - Throws: `ExitStatus.checkFailed` when one has errors.
  static func check(_ paths: [String], isStrict: Bool, isForCases: Bool, asJSON: Bool) throws {
    var failed = false
    for path in paths {
      let script = try ScriptFile(path)
      let diagnostics: [Diagnostic]
      if isForCases {
        do { diagnostics = try cohortDiagnostics(of: script) } catch let problem as CohortProblem {
          Console.shared.tell("error: \(script.name): \(problem)")
          failed = true
          continue
        }
      } else {
        diagnostics =
          SyntaxTree.check(
            SourceText(script.text, name: script.name), against: .segsh, mode: isStrict ? .script : .prompt, lints: isStrict
          ).report.diagnostics
      }
      failed = failed || diagnostics.contains { $0.severity == .error }
      if asJSON {
        for diagnostic in diagnostics { Console.shared.write(diagnostic.json.text + "\n") }
      } else if !diagnostics.isEmpty {
        Display.show(diagnostics)
      }
    }
    if failed { throw ExitStatus.checkFailed }
  }

  private static func cohortDiagnostics(of script: ScriptFile) throws -> [Diagnostic] {
    let services = Runner(mode: .script).session.host.services
    return try CohortRequest(script: (script.text, script.name), cases: "", out: "").checkedScript(.segsh, services: services)
  }

  /// Rewrites scripts in their canonical form, or lists those that would change.
  /// - Throws: `ExitStatus.usage` for a script with syntax errors, `.checkFailed` when one would change.
  static func format(_ paths: [String], onlyChecks: Bool) throws {
    let registry = Registry.segsh
    var status = ExitStatus.ok
    for path in paths {
      let script = try ScriptFile(path)
      let tree = SyntaxTree(parsing: SourceText(script.text, name: script.name), using: .files()) { registry[$0] != nil }
      guard tree.diagnostics.isEmpty else {
        Display.show(tree.diagnostics)
        status = .usage
        continue
      }
      let formatted = Formatter(registry: registry).format(tree)
      if onlyChecks {
        guard formatted != script.text else { continue }
        Console.shared.write("\(script.name)\n")
        if status == .ok { status = .checkFailed }
      } else if path == "-" {
        Console.shared.write(formatted)
      } else if formatted != script.text {
        try AtomicFile.write(formatted, to: path, for: .user)
      }
    }
    if status != .ok { throw status }
  }

  /// Runs scripts, each in a session of its own, and looks at what they expect.
  /// - Throws: `ExitStatus.checkFailed` when an expectation or an assertion fails, else the status of the first script that did not run to its end.
  static func test(_ paths: [String]) throws {
    var worst = ExitStatus.ok
    for path in paths {
      let script = try ScriptFile(path)
      let runner = Runner(mode: .script)
      runner.session.testsExpectations = true
      let outcome = runner.execute(script.text, named: script.name)
      if outcome.status == .interrupted { throw outcome.status }
      if !outcome.unmetExpectations.isEmpty { Display.show(outcome.unmetExpectations) }
      let status = outcome.status == .ok && !outcome.unmetExpectations.isEmpty ? .checkFailed : outcome.status
      let count = outcome.expectationsMet + outcome.unmetExpectations.count
      let summary = count == 0 ? "" : "  \(outcome.expectationsMet) of \(count) expectations met"
      Console.shared.write("\(status == .ok ? "ok    " : "FAILED") \(script.name)\(summary)\n")
      if status != .ok, worst != .checkFailed { worst = status }
    }
    if worst != .ok { throw worst }
  }
}
