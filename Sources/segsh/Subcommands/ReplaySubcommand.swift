import ArgumentParser

struct ReplaySubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Runs a locked script again, or makes a picture or table again that segsh wrote, and compares.",
    discussion: """
      A script is compared, step by step, with the lock that `segsh run --lock` or `:save` wrote beside it. A PNG, SVG or CSV is made again by the recipe that \
      it carries, from the original inputs, and compared pixel by pixel, byte by byte or cell by cell. With --verify nothing is written, and exit status 3 says that something \
      differs.

      A recipe is not trusted: it reads only inputs of the size and SHA-256 that it names, in its own folder, the current one and those of --data; it writes \
      nothing; and it is stopped when it takes more steps, time or memory than such a recipe needs. --max-steps, --max-seconds and --max-memory allow more.
      """)

  @Argument(help: "A script with a lock, or a PNG, SVG or CSV with a recipe.", completion: .file(extensions: ["seg", "png", "svg", "csv"]))
  var file: String
  @Flag(help: "Write nothing; exit status 3 when anything differs.") var verify = false
  @Option(
    help: ArgumentHelp("Folder with inputs that are not where they were; may be given more than once.", valueName: "dir"),
    completion: .directory)
  var data: [String] = []
  @Flag(help: "Print the report as JSON.") var json = false
  @Option(
    help: ArgumentHelp("Steps that a recipe may take. Default: 100,000, and 20,000 per input.", valueName: "n"))
  var maxSteps: Int?
  @Option(help: ArgumentHelp("Time that a recipe may take, in seconds. Default: 60, and 20 per input.", valueName: "n"))
  var maxSeconds: Int?
  @Option(help: ArgumentHelp("Memory that a recipe may take, in MiB. Default: 4096.", valueName: "mib"))
  var maxMemory: Int?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for folder in data where !Files.exists(folder + "/.") { throw ValidationError("there is no folder `\(folder)`") }
    for (name, value) in [("--max-steps", maxSteps), ("--max-seconds", maxSeconds), ("--max-memory", maxMemory)] {
      if let value, !(1...1 << 30).contains(value) { throw ValidationError("\(name) is \(value), but must be 1 to 1073741824") }
    }
  }

  func run() throws {
    try Replaying(
      file: file, verifies: verify, folders: data, printsJSON: json,
      limits: Replaying.Limits(steps: maxSteps, seconds: maxSeconds, memory: maxMemory)
    ).run()
  }
}
