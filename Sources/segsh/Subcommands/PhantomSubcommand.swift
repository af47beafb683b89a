import ArgumentParser

struct PhantomSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phantom", abstract: "Writes a synthetic chest X-ray whose lungs and opacity are known.")
  @Argument(help: "Picture to write; the extension says the format.", completion: .file()) var output: String
  @Option(help: "Number that the anatomy and the opacity are drawn from.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Height of the picture in px.", valueName: "n")) var size = 1024
  @Option(help: ArgumentHelp("Also write the true lungs: 1 the patient's right, 2 the left.", valueName: "file"), completion: .file())
  var lungs: String?
  @Option(help: ArgumentHelp("Also write the true opacity: 0 and 255.", valueName: "file"), completion: .file()) var opacity: String?
  @OptionGroup var common: CommonOptions

  func run() throws { try PhantomFiles.write(output, seed: seed, size: size, lungs: lungs, opacity: opacity) }
}
