import ArgumentParser
import Terminal

struct ModelSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Lists, describes, imports, exports and rolls back models, or runs one on a NumPy array.",
    subcommands: [List.self, Info.self, Versions.self, Rollback.self, Import.self, Export.self, Run.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the models that `segment` finds by name.")
    func run() throws { try ModelFiles.list() }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Describes a model file: network, parameters, training data.")
    @Argument(help: "Model file (.safetensors) or name. Default: the shipped model.", completion: .file(extensions: ["safetensors"]))
    var weights: String?
    @Flag(help: "Print JSON.") var json = false
    func run() throws { try ModelFiles.describe(weights, asJSON: json) }
  }

  struct Versions: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "versions", abstract: "Lists the versions of a model that `segsh learn` made.",
      discussion: "NAME stands for the version marked with *. NAME@2 always stands for version 2.")
    @Argument(help: "Name of the learned model.") var name: String
    @Flag(help: "Print the records as JSON, with digests, data and proof.") var json = false
    func run() throws { try LearnedModels.list(name, asJSON: json) }
  }

  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rollback", abstract: "Makes an earlier version of a learned model the current one.",
      discussion: "No version is deleted. Recipes and lock files are replayed with the version that they name.")
    @Argument(help: "Name of the learned model.") var name: String
    @Argument(help: "Number of the version. Default: the version before the current one.") var version: Int?
    func run() throws { try LearnedModels.rollBack(name, to: version) }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import", abstract: "Makes a model of weights that another program trained.",
      discussion: """
        Reads a PyTorch state dict, an ONNX file whose constants have the names of PyTorch, or safetensors. The network must be a U-Net as \
        segmentation_models_pytorch builds it (ResNet-18, or EfficientNet-Lite0), with one input channel and the outputs right lung, left lung and opacity. \
        Nothing in the file is executed. The model has no severity scores or intervals before `segsh calibrate`.
        """)
    @Argument(
      help: "File of weights: .pt, .pth, .onnx or .safetensors.", completion: .file(extensions: ["pt", "pth", "onnx", "safetensors"]))
    var file: String
    @Option(help: ArgumentHelp("Model file to write (.safetensors). It replaces a file of the same name.", valueName: "file"))
    var out: String
    @Option(
      help: ArgumentHelp(
        """
        Image preparation in training: the 1st and 99th percentile become -1 and 1. image: of the whole image; film: borders removed first; ellipse: as \
        film, percentiles of the inscribed ellipse.
        """, valueName: "image|film|ellipse"))
    var normalization: String
    @Option(help: ArgumentHelp("Side of the square that images are resampled to, in px: a multiple of 32, 32 to 2048.", valueName: "px"))
    var size = 256
    @Option(help: ArgumentHelp("Description of the training data, for the header.", valueName: "text")) var about: String?
    @Option(help: ArgumentHelp("License of the weights, for the header.", valueName: "text")) var license: String?

    func validate() throws {
      if !out.lowercased().hasSuffix(".safetensors") { throw ValidationError("--out is `\(out)` but must end in .safetensors") }
      if ModelFiles.normalization(normalization) == nil {
        throw ValidationError("--normalization is `\(normalization)` but must be image, film or ellipse")
      }
      if !(32...2048).contains(size) || size % 32 != 0 {
        throw ValidationError("--size is \(size) but must be a multiple of 32, 32 to 2048")
      }
    }

    func run() throws {
      try ModelFiles.importWeights(file, to: out, normalization: normalization, side: size, about: about, license: license)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Writes a model as ONNX, for ONNX Runtime and other programs.",
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
      commandName: "run", abstract: "Applies a network to a float32 array N×C×H×W and writes the logits, N×classes×H×W.")
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
