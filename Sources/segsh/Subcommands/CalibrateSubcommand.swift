import ArgumentParser
import Terminal

struct CalibrateSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Calibrates a model by cross-validation: threshold, score estimators, prediction intervals.",
    discussion: """
      Each fold model is evaluated on the cases that it held out. These results determine the probability threshold for opacity (best mean Dice), the estimators \
      of reader scores, and 90 % prediction intervals for reader values. All of them are written into MODEL, which was trained on all cases with the same \
      recipe. The table reports their accuracy on folds that they were not fitted to. Without MODEL, only the table is printed.
      """)

  @Argument(help: "Model file to calibrate. It is overwritten.", completion: .file(extensions: ["safetensors"])) var model: String?
  @Option(help: ArgumentHelp("Data folder with cases.csv. May be repeated.", valueName: "dir"), completion: .directory) var data: [String]
  @Option(
    help: ArgumentHelp("Model trained with --fold. Repeat for each fold; at least two.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var foldModel: [String] = []
  @OptionGroup var common: CommonOptions

  func run() throws { try Interrupt.polled { try ModelCalibration(data: data, folds: foldModel).run(model: model) } }
}
