import ArgumentParser
import SegCommands
import SegLang
import SegServices
import SegValues
import Terminal

/// Runs texts of the language for the program: lends it the console, shows what comes out, and knows the exit status.
final class Runner {
  let session: Session
  let lessons = LessonPlayer()
  let worklists = WorklistPlayer()
  let live = LiveView()
  private let progress = ProgressLine()
  private let isInteractive: Bool
  private let streams: ProgramStreams

  /// - Parameters:
  ///   - mode: how strictly texts are read; scripts are read strictly.
  ///   - isConversation: whether lines come one after the other, so that a lesson can be held.
  ///   - inputHoldsLines: whether the lines come from standard input, so that `load -` cannot read it.
  init(mode: Mode = .prompt, isInteractive: Bool = false, isConversation: Bool = false, inputHoldsLines: Bool = false) {
    let streams = ProgramStreams(inputHoldsLines: inputHoldsLines)
    self.streams = streams
    let progress = progress
    self.isInteractive = isInteractive
    var services = Services()
    services[PreflightService.self] = WorkingMemory.admission()
    services[NamePrivacyService.self] = DisplaySettings.kept().phi
    services[TextSearchService.self] = TextSearch.installed
    services[WorklistStateService.self] = WorklistPlayer.statePath
    if isConversation {
      services[LessonService.self] = lessons.desk
      services[WorklistService.self] = worklists.desk
    }
    if isConversation, isInteractive { services[ViewService.self] = live.desk }
    session = Session(
      registry: Registry.segsh,
      host: Host(
        isInteractive: isInteractive, isCancelled: { Interrupt.isPending },
        note: { isInteractive ? Console.shared.tell(drawn: Display.note($0)) : Console.shared.tell($0) },
        write: { streams.write(text: $0) }, progress: { progress.report($0, $1) },
        begins: { progress.begin($0) }, services: services),
      mode: mode)
    session.host.draw = { Console.shared.write(drawn: $0) }
    session.patience = .milliseconds(40)
    Interrupt.install(isInteractive: isInteractive)
  }

  /// Whether what runs tells and prints nothing; errors are shown all the same.
  var isQuiet = false {
    didSet {
      guard isQuiet else { return }
      session.host.note = { _ in }
      session.host.write = { _ in }
    }
  }

  /// Whether images with a doubt are refused.
  var isStrict: Bool {
    get { session.host.services[StrictService.self] }
    set { session.host.services[StrictService.self] = newValue }
  }

  /// Whether what is written may name the files that were read.
  var privacy: NamePrivacy {
    get { session.host.services[NamePrivacyService.self] }
    set { session.host.services[NamePrivacyService.self] = newValue }
  }

  /// Runs a text and shows its diagnostics, with a spinner or progress bar on standard error.
  ///
  /// - Parameters:
  ///   - usesLastValue: the caller uses the last value, so no warning says that it is not used.
  ///   - showsDiagnostics: false if the caller shows them.
  func execute(
    _ text: String, named name: String? = nil, arguments: [String: String] = [:], usesLastValue: Bool = false, showsDiagnostics: Bool = true
  ) -> Session.Outcome {
    Interrupt.reset()
    let echo = isInteractive ? TypingEcho() : nil
    defer { echo?.restore() }
    progress.start()
    let text = name == nil ? worklists.expanded(lessons.expanded(text, session), session) : text
    let outcome = session.execute(text, named: name, arguments: arguments)
    progress.stop()
    // The terminal has written ^C.
    if Interrupt.isPending { Console.shared.eraseLine() }
    let shown = outcome.diagnostics.filter { !usesLastValue || !$0.concernsUnusedLastValue }
    if showsDiagnostics, !shown.isEmpty { Display.show(shown) }
    return outcome
  }

  /// Does something of the program's own that may take a while, with a spinner meanwhile.
  func busy<T>(_ work: () throws -> T) rethrows -> T {
    Interrupt.reset()
    let echo = isInteractive ? TypingEcho() : nil
    progress.start()
    defer {
      echo?.restore()
      progress.stop()
      if Interrupt.isPending { Console.shared.eraseLine() }
    }
    return try work()
  }

  /// Writes down the steps of what runs from now on.
  func record() -> StepRecorder {
    let recorder = StepRecorder(privacy: privacy, .segsh)
    session.host.stepped = { recorder.take($0, $1) }
    return recorder
  }

  // MARK: Without a person

  /// Lets `load -` and `save -` use standard input and output, which no one else of this run does.
  private func lendStreams() { session.host.services[StandardStreamsService.self] = streams.lent }

  /// `segsh -c LINE`.
  func run(line: String, after file: String?, printsJSON: Bool) throws {
    lendStreams()
    try open(file)
    let outcome = execute(line)
    if !printsJSON { outcome.results.forEach(printValue) }
    try outcome.throwStatus()
    if printsJSON { streams.write(text: (outcome.last?.json ?? .null).text + "\n") }
  }

  /// The lines of standard input, up to the first that fails.
  func runStandardInput(after file: String?, printsJSON: Bool) throws {
    lendStreams()
    try open(file)
    let editor = PlainEditor()
    var text = ""
    var last: (any Value)?
    while true {
      let input = editor.readLine(prompt: "")
      if case .line(let line) = input {
        if text.isEmpty, MetaCommand.leavingWords.contains(line.trimmed()), session[line.trimmed()] == nil { break }
        if text.isEmpty { try refusePromptCommand(line) }
        text += (text.isEmpty ? "" : "\n") + line
      }
      guard input == .end || !session.isIncomplete(text) else { continue }
      if !text.trimmed().isEmpty {
        let outcome = execute(text)
        if !printsJSON { outcome.results.forEach(printValue) }
        try outcome.throwStatus()
        lessons.respond(to: outcome, in: self)
        worklists.respond(to: outcome, in: self)
        last = outcome.last ?? last
      }
      text = ""
      if input == .end { break }
    }
    if printsJSON { streams.write(text: (last?.json ?? .null).text + "\n") }
  }

  /// What belongs to the prompt and is no line of the language.
  private func refusePromptCommand(_ line: String) throws {
    let line = line.trimmed()
    guard let first = line.first, first == ":" || first == "?" else { return }
    let word = String(line.prefix { $0 != " " })
    let about = String(line.dropFirst()).trimmed()
    let instead = first == ":" ? "scripts and -c cannot use it" : "use `segsh help\(about.isEmpty ? "" : " \(about)")` instead"
    Console.shared.tell("error: `\(word)` works only at the prompt, not with input from a pipe; \(instead)")
    throw ExitStatus.usage
  }

  /// `segsh run SCRIPT`.
  func run(script arguments: ScriptArguments) throws {
    let script = try ScriptFile(arguments.script ?? "")
    if arguments.wantsHelp {
      Console.shared.write(script.help(registry: session.registry))
      return
    }
    if arguments.writesLock, arguments.script == "-" {
      throw ValidationError("--lock needs a script file, since the lock is written next to it")
    }
    lendStreams()
    let recorder = arguments.writesLock ? record() : nil
    let outcome = execute(script.text, named: script.name, arguments: arguments.literals, usesLastValue: arguments.printsJSON)
    if let recorder, let path = arguments.script {
      // Cases that fail are rows of the lock.
      guard [.ok, .partlyFailed].contains(outcome.status) else {
        let old = RunLock.path(beside: path)
        let stays = FilePaths.exists(old) ? "; \(old) is from an earlier run" : ""
        Console.shared.tell("error: no lock was written, because the script did not finish\(stays)")
        if outcome.status == .runtimeError, outcome.concernsParameter { throw ExitStatus.usage }
        throw outcome.status
      }
      let lock = RunLock(script: script.text, parameters: arguments.literals, recorder: recorder, outcome: outcome)
      try lock.write(to: RunLock.path(beside: path))
      let failed = lock.run.failures.isEmpty ? "" : " and \(lock.run.failures.count) failed case\(lock.run.failures.count == 1 ? "" : "s")"
      Console.shared.tell("locked \(Replaying.counted(lock.run.steps.count))\(failed) in \(RunLock.path(beside: path))")
    }
    if outcome.status == .runtimeError, outcome.concernsParameter { throw ExitStatus.usage }
    if outcome.status != .partlyFailed || !arguments.printsJSON { try outcome.throwStatus() }
    if arguments.printsJSON { streams.write(text: (outcome.last?.json ?? .null).text + "\n") }
    try outcome.throwStatus()
  }

  /// Runs a script whose definitions stay, or loads an image, which becomes `it`.
  private func open(_ file: String?) throws {
    guard let file else { return }
    if let line = ScriptFile.loadingLine(file) { return try execute(line).throwStatus() }
    let script = try ScriptFile(file)
    try execute(script.text, named: script.name).throwStatus()
  }

  /// A result as data: what was given a name is not printed.
  private func printValue(_ result: Session.Result) {
    guard result.name == nil else { return }
    streams.write(text: (result.isImageLike ? "\(result.typeName) " : "") + Display.text(of: result.value) + "\n")
  }
}

extension Session.Outcome {
  /// The exit status that tells how it went.
  var status: ExitStatus {
    guard let error = diagnostics.first(where: { $0.severity == .error }) else { return casesLeftOut > 0 ? .partlyFailed : .ok }
    switch error.problem {
    case .cancelled: return .interrupted
    case .assertionFailed: return .checkFailed
    case .missingParameter, .unknownParameter: return .usage
    default: return failedCheck ? .usage : .runtimeError
    }
  }

  /// Whether the error is about a value that was given for one of a script's params.
  fileprivate var concernsParameter: Bool {
    guard let error = diagnostics.first(where: { $0.severity == .error }), let source = error.source else { return false }
    let line = source[source.span(ofLine: source.location(of: error.span.start).line)]
    return line.split(separator: " ").first == "param"
  }

  /// - Throws: the exit status where it is not 0.
  func throwStatus() throws {
    if status != .ok { throw status }
  }
}
