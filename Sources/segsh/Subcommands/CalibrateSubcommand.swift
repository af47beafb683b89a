import ArgumentParser

struct CalibrateSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate", abstract: "Gives a model the threshold, estimators and intervals that follow from a cross-validation.",
    discussion: """
      The fold models judge the cases that each held out. From what they say follow the probability from which a pixel is opaque (the best mean Dice), the \
      estimators of readers' scores, and the widths of intervals that hold nine of ten of the readers' figures; all are written into MODEL, which learned from \
      all cases by the same recipe. The table says how good they are on folds that they were not fitted to. Without MODEL only the table is printed.
      """)

  @Argument(help: "The model file to calibrate; it is replaced.", completion: .file(extensions: ["safetensors"])) var model: String?
  @Option(help: ArgumentHelp("Folder with cases.csv; repeat it for several.", valueName: "dir"), completion: .directory) var data: [String]
  @Option(
    help: ArgumentHelp("A model that held a fold out; repeat it for each fold.", valueName: "file"),
    completion: .file(extensions: ["safetensors"]))
  var foldModel: [String] = []
  @OptionGroup var common: CommonOptions

  func run() throws { try ModelCalibration(data: data, folds: foldModel).run(model: model) }
}
