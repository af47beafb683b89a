import ArgumentParser

struct ModelSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Lists and describes models, and runs one on a NumPy array.",
    subcommands: [List.self, Info.self, Run.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models that `segment` can use.")
    func run() throws { try ModelFiles.list() }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints what a weight file says of itself.")
    @Argument(help: "A safetensors file; the shipped model by default.", completion: .file(extensions: ["safetensors"])) var weights:
      String?
    @Flag(help: "Print JSON.") var json = false
    func run() throws { try ModelFiles.describe(weights, asJSON: json) }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Applies a network to a float32 array N×C×H×W and writes its raw logits, N×classes×H×W.")
    @Argument(help: "A safetensors file of a network that segsh knows.", completion: .file(extensions: ["safetensors"])) var weights: String
    @Option(help: ArgumentHelp("NumPy array to read.", valueName: "in.npy"), completion: .file(extensions: ["npy"])) var input: String
    @Option(help: ArgumentHelp("NumPy array to write.", valueName: "out.npy"), completion: .file(extensions: ["npy"])) var output: String
    @Option(help: ArgumentHelp("Apply it n times more and print how long that took, as JSON.", valueName: "n")) var repeats = 0
    @OptionGroup var common: CommonOptions

    func validate() throws {
      if !(0...10_000).contains(repeats) { throw ValidationError("--repeats is \(repeats), but must be 0 to 10000") }
    }

    func run() throws { try ModelFiles.run(weights: weights, input: input, output: output, repeats: repeats) }
  }
}
