import ArgumentParser
import Basics
import Platform
import SegCommands
import SegLang
import SegServices
import SegValues
import Terminal

/// `segsh cohort`: hands what was asked for to the service, and shows how far it is and what came of it.
struct CohortRunning {
  private let command: CohortSubcommand.Run

  init(_ command: CohortSubcommand.Run) { self.command = command }

  /// - Throws: `ExitStatus` where it is not 0.
  func run() throws {
    let runner = Runner(mode: .script)
    runner.isStrict = command.strict
    if command.names { runner.privacy = .show }
    guard let loading = Registry.segsh["load"] else { throw ExitStatus.runtimeError }
    let prepared: (run: CohortRun, warnings: [Diagnostic])
    do { prepared = try request().prepared(.segsh, services: runner.session.host.services, loading: loading) } catch let failure
      as CohortRequest.CheckFailure
    {
      Display.show(failure.diagnostics)
      throw ExitStatus.usage
    } catch let problem as CohortProblem {
      Console.shared.tell("error: \(problem)")
      throw ExitStatus.usage
    }
    if let shards = command.slurm { return Console.shared.write(slurmScript(shards).text) }
    if !prepared.warnings.isEmpty { Display.show(prepared.warnings) }
    for note in prepared.run.cases.notes { Console.shared.tell(note) }
    if command.dryRun { return Console.shared.write(outline(of: prepared.run)) }
    try Self.run(prepared.run, progress: command.progress)
  }

  private func request() throws -> CohortRequest {
    let script = try ScriptFile(command.script)
    var request = CohortRequest(script: (script.text, script.name), cases: command.cases, out: Self.trimmed(command.out))
    let parameters = try ScriptArguments([command.script] + command.parameters)
    request.arguments = parameters.literals
    request.spacing = command.spacing
    request.values = command.values?.split(separator: ",").map(String.init) ?? []
    request.caseParameter = command.caseParam.map { $0.map { $0 == "-" ? "_" : String($0) }.joined() }
    request.isStrict = command.strict
    request.shard = command.shard.flatMap { CohortPlan.Shard($0) }
    request.sample = command.sample.map { CohortPlan.Sample(count: $0, seed: command.seed) }
    request.options.resumes = command.resume
    request.options.retriesFailed = command.retryFailed
    request.options.maximumFailures = command.maxFailures
    request.options.describes = command.describes
    if let format = command.format { request.options.formats = try CohortSubcommand.formats(format) }
    return request
  }

  private static func trimmed(_ folder: String) -> String {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    return folder
  }

  // MARK: Running

  /// Runs a cohort, with its progress on standard error, and says what came of it.
  /// - Throws: `ExitStatus` where it is not 0; what writing throws.
  static func run(_ run: CohortRun, progress form: ProgressForm, continuing hint: String = "run the same command with --resume") throws {
    Interrupt.reset()
    let line = ProgressLine()
    if form == .auto { line.start("cases") }
    var lastLine = -1.0
    let outcome: (end: CohortRun.End, progress: CohortRun.Progress, summary: CohortResults.Summary?)
    do {
      defer { line.stop() }
      outcome = try run.run(
        isCancelled: { Interrupt.isPending }, write: { Console.shared.write($0) },
        report: { state in
          switch form {
          case .auto: show(state, on: line)
          case .json:
            guard state.seconds - lastLine >= 1 || state.done == state.total else { return }
            lastLine = state.seconds
            Console.shared.tell(state.json.text)
          case .none: break
          }
        })
    } catch let problem as CohortProblem {
      Console.shared.tell("error: \(problem)")
      throw problem.isUsage ? ExitStatus.usage : ExitStatus.runtimeError
    }
    if Interrupt.isPending { Console.shared.eraseLine() }
    let counts = "\(NumberFormat.grouped(outcome.progress.done)) of \(NumberFormat.grouped(outcome.progress.total)) cases are done"
    switch outcome.end {
    case .finished: try outcome.summary.map { try conclude($0, in: run.folder) }
    case .interrupted:
      Console.shared.tell("stopped: \(counts); to continue, \(hint)")
      throw ExitStatus.interrupted
    case .tooManyFailures:
      Console.shared.tell(
        "stopped: \(NumberFormat.grouped(outcome.progress.failed)) case\(outcome.progress.failed == 1 ? "" : "s") failed, more than"
          + " --max-failures allows; \(counts). The reasons are in \(run.folder)/\(CohortResults.failuresName). To continue: --resume, with --retry-failed to run the failed cases again"
      )
      throw ExitStatus.partlyFailed
    }
  }

  private static func show(_ state: CohortRun.Progress, on line: ProgressLine) {
    let rate = state.rate.map { ", \(NumberFormat.short($0, 1))/s" } ?? ""
    let failed = state.failed > 0 ? ", \(NumberFormat.grouped(state.failed)) failed" : ""
    line.report(
      state.total > 0 ? Double(state.done) / Double(state.total) : 0,
      "\(NumberFormat.grouped(state.done)) of \(NumberFormat.grouped(state.total)) cases\(rate)\(failed)", secondsLeft: state.secondsLeft)
  }

  /// Says what came of a run.
  /// - Throws: `ExitStatus.partlyFailed` where cases failed.
  static func conclude(_ summary: CohortResults.Summary, in folder: String) throws {
    func counted(_ count: Int, _ what: String) -> String? { count > 0 ? "\(NumberFormat.grouped(count)) \(what)" : nil }
    for note in summary.notes.prefix(8) {
      Console.shared.tell("note: \(NumberFormat.grouped(note.count)) case\(note.count == 1 ? "" : "s"): \(note.text)")
    }
    if summary.notes.count > 8 {
      Console.shared.tell("note: \(summary.notes.count - 8) more kinds of notes are in \(CohortResults.recordName)")
    }
    let parts = [
      counted(summary.measured, "measured"), counted(summary.failed, "failed (\(folder)/\(CohortResults.failuresName))"),
      counted(summary.doubtful, "with a failed image check (column doubt)"),
      counted(summary.duplicates, summary.duplicates == 1 ? "duplicate (column duplicate_of)" : "duplicates (column duplicate_of)"),
    ].compactMap { $0 }
    Console.shared.tell("\(NumberFormat.grouped(summary.cases)) case\(summary.cases == 1 ? "" : "s"): \(parts.joined(separator: ", "))")
    if summary.failed > 0 { throw ExitStatus.partlyFailed }
  }

  // MARK: Without running

  private func outline(of run: CohortRun) -> String {
    let plan = run.plan
    let numbers = plan.numbers
    func list(_ name: String, _ text: String) -> String { "\(name.padded(to: 12))\(text)\n" }
    var text = list("script", "\(run.script.name), no errors")
    text += list("case", run.script.pathParameter.map { "file as parameter \($0)" } ?? "image as it")
    if !plan.parameters.isEmpty {
      text += list("parameters", plan.parameters.map { "\($0.key)=\($0.value.stringValue ?? "")" }.joined(separator: ", "))
    }
    let part = numbers.count == plan.caseCount ? "" : " of \(NumberFormat.grouped(plan.caseCount))"
    let shown = numbers.prefix(3).map { run.cases.name($0) }.joined(separator: ", ") + (numbers.count > 3 ? ", …" : "")
    text += list("cases", "\(NumberFormat.grouped(numbers.count))\(part): \(shown)")
    text += list("row", plan.values.isEmpty ? "last value of the script" : "values of \(plan.values.joined(separator: ", "))")
    text += list("results", "\(run.folder)/" + (plan.hidesNames ? ", without file names" : ", with file names"))
    return text + "Nothing was run.\n"
  }

  /// The job script: the same command, with the program's own path, for one shard per task.
  private func slurmScript(_ shards: Int) -> SlurmScript {
    var words: [String] = [command.script, "--cases", command.cases]
    func add(_ name: String, _ value: String?) { if let value { words += [name, value] } }
    add("--max-failures", command.maxFailures.map(String.init))
    add("--format", command.format)
    add("--values", command.values)
    add("--spacing", command.spacing)
    add("--case-param", command.caseParam)
    add("--sample", command.sample.map(String.init))
    if command.sample != nil { add("--seed", String(command.seed)) }
    if command.retryFailed { words.append("--retry-failed") }
    if command.strict { words.append("--strict") }
    if command.names { words.append("--names") }
    words += command.parameters
    return SlurmScript(
      program: FilePaths.real("/proc/self/exe") ?? "segsh", arguments: words, out: Self.trimmed(command.out), shards: shards,
      threads: Threads.count)
  }
}
