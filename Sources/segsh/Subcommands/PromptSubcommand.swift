import ArgumentParser
import SegServices
import SegValues
import Terminal

/// What runs without the name of a subcommand: the prompt, one line, or the lines of standard input.
struct PromptSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt", abstract: "Opens the interactive prompt.",
    discussion: "If standard input is not a terminal, segsh runs its lines and stops at the first error.")

  @Argument(
    help: "Script to run first (its variables are kept), or image to load, also by its address in an archive.",
    completion: .file(extensions: ["seg", "png", "jpg", "tif", "dcm", "npy"]))
  var file: String?
  // A line may start with a minus.
  @Option(name: [.customShort("c")], parsing: .unconditional, help: ArgumentHelp("Run one line and exit.", valueName: "line")) var line:
    String?
  @Flag(help: "Print the last value as JSON (with -c or standard input).") var json = false
  @Flag(help: "Refuse images that fail the image check, such as lateral views, instead of warning.") var strict = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard let file, line == nil, !FilePaths.exists(file), !FetchedInputs.isAddress(file) else { return }
    let names = Segsh.configuration.subcommands.compactMap { $0.configuration.commandName }
    throw ValidationError("there is no file or subcommand `\(file)`\(NearName.question(file, among: names))")
  }

  func run() throws {
    if let line {
      let runner = Runner()
      runner.isStrict = strict
      try runner.run(line: line, after: file, printsJSON: json)
    } else if Terminal.current.isInteractive {
      try Prompt(isStrict: strict).run(opening: file)
    } else {
      let runner = Runner(isConversation: true, inputHoldsLines: true)
      runner.isStrict = strict
      try runner.runStandardInput(after: file, printsJSON: json)
    }
  }
}
