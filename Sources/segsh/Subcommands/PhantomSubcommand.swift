import ArgumentParser

struct PhantomSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom", abstract: "Generates a synthetic chest X-ray with known lungs, opacity and heart.")
  @Argument(help: "Image file to write; the extension selects the format.", completion: .file()) var output: String
  @Option(help: "Random seed for anatomy and opacity.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Number of rows and of columns, 32 to 4096.", valueName: "n")) var size = 1024
  @Option(
    help: ArgumentHelp("Also write the true lung labels: 1 is the patient's right lung, 2 the left.", valueName: "file"),
    completion: .file())
  var lungs: String?
  @Option(help: ArgumentHelp("Also write the true opacity mask: 0 and 255.", valueName: "file"), completion: .file()) var opacity: String?
  @Option(help: ArgumentHelp("Also write the true mask of the heart: 0 and 255.", valueName: "file"), completion: .file()) var heart:
    String?
  @OptionGroup var common: CommonOptions

  func run() throws { try PhantomFiles.write(output, seed: seed, size: size, lungs: lungs, opacity: opacity, heart: heart) }
}
