import ArgumentParser
import SegServices
import SegValues

struct ReplaySubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Reproduces a locked script, or an image or table that segsh wrote, and compares the results.",
    discussion: """
      A script is run again and compared, step by step, with the lock that `segsh run --lock` or `:save` wrote next to it. A PNG, SVG or CSV file is reproduced \
      from its embedded recipe and the original inputs, and compared by pixel, byte or cell. With --verify no results are written, and exit status 3 means that \
      something differs.

      A recipe is not trusted. It can read only inputs with the stated size and SHA-256, from its own folder, the current folder and those given with --data; it \
      cannot write; and it is stopped when it exceeds the limits for steps, time and memory. --max-steps, --max-seconds and --max-memory raise them.
      """)

  @Argument(
    help: "Script with a lock, or PNG, SVG or CSV file with a recipe.", completion: .file(extensions: ["seg", "png", "svg", "csv"]))
  var file: String
  @Flag(help: "Write nothing; exit status 3 if anything differs.") var verify = false
  @Option(
    help: ArgumentHelp(
      "Folder to search for inputs that were moved, or address of a study in an archive. May be repeated.", valueName: "dir"),
    completion: .directory)
  var data: [String] = []
  @Flag(help: "Print the report as JSON.") var json = false
  @Option(
    name: .customLong("ro-crate"),
    help: ArgumentHelp(
      "With --verify of a script: describe its results in this folder for archives, in ro-crate-metadata.json (RO-Crate), if nothing differs.",
      valueName: "dir"), completion: .directory)
  var crate: String?
  @Option(
    help: ArgumentHelp("Maximum number of steps. Default: 100,000, plus 20,000 per input.", valueName: "n"))
  var maxSteps: Int?
  @Option(help: ArgumentHelp("Maximum run time in seconds. Default: 60, plus 20 per input.", valueName: "n"))
  var maxSeconds: Int?
  @Option(help: ArgumentHelp("Maximum memory in MiB. Default: 4096.", valueName: "mib"))
  var maxMemory: Int?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for folder in data where !FetchedInputs.isAddress(folder) && !FilePaths.exists(folder + "/.") {
      throw ValidationError("there is no folder `\(folder)`")
    }
    if let crate {
      guard verify else { throw ValidationError("--ro-crate describes results that were verified; add --verify") }
      guard FilePaths.isFolder(crate) else { throw ValidationError("there is no folder `\(crate)`") }
    }
    for (name, value) in [("--max-steps", maxSteps), ("--max-seconds", maxSeconds), ("--max-memory", maxMemory)] {
      if let value, !(1...1 << 30).contains(value) { throw ValidationError("\(name) is \(value) but must be 1 to 1073741824") }
    }
  }

  func run() throws {
    let inputs = try FetchedInputs(data)
    // The fetched files are gone with it.
    try withExtendedLifetime(inputs) {
      try Replaying(
        file: file, verifies: verify, folders: inputs.folders, printsJSON: json, crate: crate,
        limits: Replaying.Limits(steps: maxSteps, seconds: maxSeconds, memory: maxMemory)
      ).run()
    }
  }
}
