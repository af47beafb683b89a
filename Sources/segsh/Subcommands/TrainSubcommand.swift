import ArgumentParser
import Network
import SegModel
import SegValues
import Terminal

extension Architecture: ExpressibleByArgument {}

extension InputNormalization: ExpressibleByArgument {
  /// By their short names; the raw values are sentences for weight files.
  public init?(argument: String) {
    guard let found = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = found
  }

  public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}

struct TrainSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a segmentation model on X-rays with reference masks.",
    discussion: """
      After each epoch, the training state is saved in the checkpoint folder, with curves.jsonl and curves.png. --resume continues a stopped training run; the \
      result is bit-identical to that of an uninterrupted run. --from fine-tunes a trained model at a low learning rate, for example on corrected cases.

      --labels trains a structure model instead: a file that `segment structures=FILE` uses next to the segmentation model, whose severity it does not change. \
      Structures are drawn under these labels in annotation files, or as masks in folders of these names. A structure that a case does not have drawn is \
      unknown there, not absent, and the loss leaves it out.
      """)

  @Option(
    help: ArgumentHelp(
      "Data folder with cases.csv, with images/, lungs/ and opacity/, or with X-rays and annotations. May be repeated.", valueName: "dir"),
    completion: .directory)
  var data: [String]
  @Option(
    help: ArgumentHelp("Structures to learn instead of lungs and opacity, at most 8, such as heart,effusion.", valueName: "name,name"))
  var labels: String?
  @Option(
    help: ArgumentHelp(
      "Data folder of cases that --labels evaluates the model on. Their patients are not learned. May be repeated.", valueName: "dir"),
    completion: .directory)
  var heldOut: [String] = []
  @Option(help: ArgumentHelp("Number of phantoms to learn the heart from, besides the data; 0 to 10000. Default: 0.", valueName: "n"))
  var phantoms: Int?
  @Option(help: ArgumentHelp("Model to fine-tune: a file, or the name of a shipped model.", valueName: "model"))
  var from: String?
  @Option(help: ArgumentHelp("Network architecture, for training from scratch or from an encoder.", valueName: "name"))
  var architecture: Architecture?
  @Option(
    help: ArgumentHelp(
      "Pretrained encoder: a file written by Tools/import-encoder.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var encoder: String?
  @Option(
    help: ArgumentHelp(
      "Model that labels the sets without masks (self-training). Default: these sets are not used.", valueName: "model"))
  var teacher: String?
  @Option(help: ArgumentHelp("Model file to write.", valueName: "file"), completion: .file(extensions: ["safetensors"]))
  var output = "model.safetensors"
  @Option(help: ArgumentHelp("Fold to hold out. Default: none, train on all cases.", valueName: "n")) var fold: Int?
  @Option(
    help: ArgumentHelp("Fold to hold out from the sets without masks (clear, unlabeled, not-frontal). Default: none.", valueName: "n"))
  var unmaskedFold: Int?
  @Option(
    help: ArgumentHelp("Folder for the training state. Default: next to the model file, with its name.", valueName: "dir"),
    completion: .directory)
  var checkpoints: String?
  @Flag(help: "Continue from the saved training state.") var resume = false
  @Option(help: ArgumentHelp("Number of epochs per training phase, such as 10,100,12.", valueName: "n,n,n")) var epochs: String?
  @Option(help: ArgumentHelp("Network width (first-stage channels), a multiple of 4. 64 is a full ResNet-18.", valueName: "n")) var width:
    Int?
  @Option(help: ArgumentHelp("Side of the training images in px, a multiple of 32.", valueName: "n")) var size: Int?
  @Option(
    help: ArgumentHelp(
      "Pixels whose 1st and 99th percentiles set the input's gray scale. Default: film, or as in the model to fine-tune.", valueName: "part"
    ))
  var normalization: InputNormalization?
  @Option(help: ArgumentHelp("Batch size.", valueName: "n")) var batch: Int?
  @Option(help: ArgumentHelp("Random seed.", valueName: "n")) var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Description of the training data, for the model's header.", valueName: "text")) var about: String?
  @Option(help: ArgumentHelp("License of the weights, for the model's header.", valueName: "text")) var license: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let labels {
      do { _ = try StructureName.list(labels) } catch { throw ValidationError("--labels: \(error)") }
      for (option, isGiven) in [
        ("--architecture", architecture != nil), ("--encoder", encoder != nil), ("--teacher", teacher != nil),
        ("--unmasked-fold", unmaskedFold != nil), ("--width", width != nil), ("--normalization", normalization != nil),
      ] where isGiven { throw ValidationError("\(option) cannot be combined with --labels, which starts from a trained model (--from)") }
    } else if !heldOut.isEmpty || phantoms != nil {
      throw ValidationError("--held-out and --phantoms need --labels")
    }
    if let phantoms, !(0...10_000).contains(phantoms) { throw ValidationError("--phantoms is \(phantoms) but must be 0 to 10000") }
    if labels == nil, from != nil, width != nil || size != nil {
      throw ValidationError("--width and --size cannot be combined with --from, which takes them from the model")
    }
    if from != nil, architecture != nil || encoder != nil {
      throw ValidationError("--from fine-tunes a trained model, whose network is fixed; omit --architecture and --encoder")
    }
    if encoder != nil, width != nil { throw ValidationError("--width cannot be combined with --encoder, which sets it") }
  }

  func run() throws {
    let phases = try epochs.map { text in
      try text.split(separator: ",").map { part in
        guard let count = Int(part) else { throw ValidationError("--epochs is `\(text)` but must be whole numbers such as 10,100,12") }
        return count
      }
    }
    if let labels {
      let session = try StructureSession(
        labels: StructureName.list(labels), data: data, heldOut: heldOut, output: output, fold: fold, checkpoints: checkpoints,
        resumes: resume,
        settings: StructureSession.Settings(
          base: from ?? ModelLibrary.standardName, phantoms: phantoms ?? 0, epochs: phases ?? [], size: size, batch: batch, seed: seed,
          about: about, license: license))
      return try Interrupt.polled { try session.run() }
    }
    let session = try TrainingSession(
      data: data, output: output, fold: fold, checkpoints: checkpoints, resumes: resume,
      settings: TrainingSession.Settings(
        epochs: phases ?? [], width: width, size: size, batch: batch, seed: seed, normalization: normalization, about: about,
        license: license, base: from,
        architecture: architecture,
        encoder: encoder, unmaskedFold: unmaskedFold, teacher: teacher))
    try Interrupt.polled { try session.run() }
  }
}
