import ArgumentParser

struct RunSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a script; its params are options.",
    usage: "segsh run <script> [--<param> <value> ...] [--json] [--lock] [--strict] [--threads <n>]",
    discussion: """
      `segsh run SCRIPT --help` lists the script's params. The first error ends the run. --lock writes SCRIPT.lock beside the script: a digest and \
      statistics of each step, for `segsh replay SCRIPT --verify`. --strict makes an image with a doubt, such as a lateral view, an error of its case.
      """)

  // The script decides which options there are, so they are read once it is known.
  @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The script, then its params.", valueName: "script")) var words: [String] =
    []

  func run() throws {
    var arguments = try ScriptArguments(words)
    if arguments.script == nil {
      if arguments.wantsHelp { throw CleanExit.helpRequest(Self.self) }
      throw ValidationError("which script? `segsh run SCRIPT`")
    }
    try CommonOptions.use(threads: arguments.takeThreads())
    let runner = Runner(mode: .script)
    runner.isStrict = arguments.isStrict
    try runner.run(script: arguments)
  }
}
