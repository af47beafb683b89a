import ArgumentParser
import Terminal

struct ModelSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Lists models, describes one, exports one, or runs one on a NumPy array.",
    subcommands: [List.self, Info.self, Export.self, Run.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models that `segment` finds by name.")
    func run() throws { try ModelFiles.list() }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Describes a model file: network, parameters, training data.")
    @Argument(help: "Model file (.safetensors) or name. Default: the shipped model.", completion: .file(extensions: ["safetensors"]))
    var weights: String?
    @Flag(help: "Print JSON.") var json = false
    func run() throws { try ModelFiles.describe(weights, asJSON: json) }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a model as ONNX, for ONNX Runtime and other programs.",
      discussion: """
        The file contains the network, averaged over the image and its mirror image as `segment` does it, and a description of how images are prepared and \
        what becomes of the probabilities. Severity scores, intervals and image check are not part of it.
        """)
    @Argument(help: "Model file (.safetensors) or name. Default: the shipped model.", completion: .file(extensions: ["safetensors"]))
    var weights: String?
    @Option(
      help: ArgumentHelp("File to write (.onnx). It replaces a file of the same name.", valueName: "file"),
      completion: .file(extensions: ["onnx"]))
    var onnx: String

    func validate() throws {
      if !onnx.lowercased().hasSuffix(".onnx") { throw ValidationError("--onnx is `\(onnx)` but must end in .onnx") }
    }

    func run() throws { try ModelFiles.export(weights, to: onnx) }
  }

  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Applies a network to a float32 array N×C×H×W and writes the logits, N×classes×H×W.")
    @Argument(help: "Model file (.safetensors) of a supported network.", completion: .file(extensions: ["safetensors"])) var weights: String
    @Option(help: ArgumentHelp("Input array (.npy).", valueName: "in.npy"), completion: .file(extensions: ["npy"])) var input: String
    @Option(help: ArgumentHelp("Output array (.npy).", valueName: "out.npy"), completion: .file(extensions: ["npy"])) var output: String
    @Option(help: ArgumentHelp("Repeat the forward pass n times and print the run times as JSON, 0 to 10000.", valueName: "n"))
    var repeats = 0
    @OptionGroup var common: CommonOptions

    func validate() throws {
      if !(0...10_000).contains(repeats) { throw ValidationError("--repeats is \(repeats) but must be 0 to 10000") }
    }

    func run() throws { try Interrupt.polled { try ModelFiles.run(weights: weights, input: input, output: output, repeats: repeats) } }
  }
}
