import ArgumentParser
import SegModel

extension Architecture: ExpressibleByArgument {}

struct TrainSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a segmentation model on a folder of X-rays with masks.",
    discussion: """
      After every epoch the state is saved in the checkpoint folder, with curves.jsonl and curves.png. A training that was stopped goes on with --resume \
      and ends with the same bits as one that was not. With --from a trained model learns on, in small steps: from a reader's corrections, say.
      """)

  @Option(
    help: ArgumentHelp(
      "Folder with cases.csv, with images/, lungs/ and opacity/, or with X-rays and annotations; repeat it for several.", valueName: "dir"),
    completion: .directory)
  var data: [String]
  @Option(help: ArgumentHelp("Model to start from: a file, or the name of one that came with the program.", valueName: "model"))
  var from: String?
  @Option(help: ArgumentHelp("Network to train from nothing or from an encoder.", valueName: "name"))
  var architecture: Architecture?
  @Option(
    help: ArgumentHelp(
      "Encoder to start from, with weights learned elsewhere: a file that Tools/import-encoder wrote.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var encoder: String?
  @Option(
    help: ArgumentHelp(
      "Model whose opacity labels the sets without masks (self-training); they are left out without it.", valueName: "model"))
  var teacher: String?
  @Option(help: ArgumentHelp("Model file to write.", valueName: "file"), completion: .file(extensions: ["safetensors"]))
  var output = "model.safetensors"
  @Option(help: ArgumentHelp("Fold to hold out; all cases are learned from when it is not given.", valueName: "n")) var fold: Int?
  @Option(
    help: ArgumentHelp("Fold to hold out of the sets without masks: clear, unlabeled, not-frontal. Default: none.", valueName: "n"))
  var unmaskedFold: Int?
  @Option(
    help: ArgumentHelp("Folder of the saved state (default: beside the model file, named like it).", valueName: "dir"),
    completion: .directory)
  var checkpoints: String?
  @Flag(help: "Go on from the saved state.") var resume = false
  @Option(help: ArgumentHelp("Epochs of the recipe's phases, such as 10,100,12.", valueName: "n,n,n")) var epochs: String?
  @Option(help: ArgumentHelp("Width of the network: a multiple of 4; 64 is a full ResNet-18.", valueName: "n")) var width: Int?
  @Option(help: ArgumentHelp("Side of the pictures in px: a multiple of 32.", valueName: "n")) var size: Int?
  @Option(help: ArgumentHelp("Pictures a step.", valueName: "n")) var batch: Int?
  @Option(help: ArgumentHelp("Number that all chance is drawn from.", valueName: "n")) var seed: UInt64 = 0
  @Option(help: ArgumentHelp("What the model's header says of the data.", valueName: "text")) var about: String?
  @Option(help: ArgumentHelp("Licence of the weights, for the header.", valueName: "text")) var licence: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if from != nil, width != nil || size != nil {
      throw ValidationError("--width and --size are those of the model that --from names")
    }
    if from != nil, architecture != nil || encoder != nil {
      throw ValidationError("--from continues a trained model, whose network is fixed; leave out --architecture and --encoder")
    }
    if encoder != nil, width != nil { throw ValidationError("--width is that of the encoder; leave it out") }
  }

  func run() throws {
    let phases = try epochs.map { text in
      try text.split(separator: ",").map { part in
        guard let count = Int(part) else { throw ValidationError("--epochs is `\(text)`, but must be whole numbers such as 10,100,12") }
        return count
      }
    }
    try TrainingSession(
      data: data, output: output, fold: fold, checkpoints: checkpoints, resumes: resume,
      settings: TrainingSession.Settings(
        epochs: phases ?? [], width: width, size: size, batch: batch, seed: seed, about: about, licence: licence, base: from,
        architecture: architecture,
        encoder: encoder, unmaskedFold: unmaskedFold, teacher: teacher)
    ).run()
  }
}
