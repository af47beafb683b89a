import ArgumentParser

struct RunSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a script. Its parameters become options.",
    usage: "segsh run <script> [--<param> <value> ...] [--json] [--lock] [--strict] [--threads <n>]",
    discussion: """
      `segsh run SCRIPT --help` lists the parameters of the script. The run stops at the first error. --lock writes SCRIPT.lock next to the script: a digest and \
      statistics of each step, for `segsh replay SCRIPT --verify`. --strict turns a failed image check, such as a lateral view, into an error.
      """)

  // The script decides which options there are, so they are read once it is known.
  @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("Script, then its parameters.", valueName: "script")) var words: [String] =
    []

  func run() throws {
    var arguments = try ScriptArguments(words)
    if arguments.script == nil {
      if arguments.wantsHelp { throw CleanExit.helpRequest(Self.self) }
      throw ValidationError("no script given; usage: segsh run SCRIPT")
    }
    try CommonOptions.use(threads: arguments.takeThreads())
    let runner = Runner(mode: .script, inputHoldsLines: arguments.script == "-")
    runner.isStrict = arguments.isStrict
    try runner.run(script: arguments)
  }
}
