import ArgumentParser

struct ReplaySubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Runs a locked script again, or makes a picture or table again that segsh wrote, and compares.",
    discussion: """
      A script is compared, step by step, with the lock that `segsh run --lock` or `:save` wrote beside it. A PNG, SVG or CSV is made again by the recipe that \
      it carries, from the original inputs, and compared pixel by pixel, byte by byte or cell by cell. With --verify nothing is written, and exit status 3 says that something \
      differs.
      """)

  @Argument(help: "A script with a lock, or a PNG, SVG or CSV with a recipe.", completion: .file(extensions: ["seg", "png", "svg", "csv"]))
  var file: String
  @Flag(help: "Write nothing; exit status 3 when anything differs.") var verify = false
  @Option(
    help: ArgumentHelp("Folder with inputs that are not where they were; may be given more than once.", valueName: "dir"),
    completion: .directory)
  var data: [String] = []
  @Flag(help: "Print the report as JSON.") var json = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for folder in data where !Files.exists(folder + "/.") { throw ValidationError("there is no folder `\(folder)`") }
  }

  func run() throws { try Replaying(file: file, verifies: verify, folders: data, printsJSON: json).run() }
}
