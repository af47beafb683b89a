import ArgumentParser
import SegModel

struct EvaluateSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Tells how good a model is on cases with masks or readers' scores.",
    discussion: """
      Figures over cases, each with its 95 % bootstrap interval. Cases that the model learned from say nothing: hold out a fold. Given several models, each \
      trained with another --fold, every case is judged by the model that has not seen it, and the figures are of all folds together.

      --by parts the cases of all sets by what they are of, and prints the main figures of each group. --course asks how well severity tells apart to whom \
      something happened: areas under the ROC curve, and how often it happened beside how often it was foretold by a curve fitted to other patients; their \
      intervals come from drawing patients. --csv writes a row for each case, to be plotted or counted elsewhere.
      """
  )

  @Option(
    help: ArgumentHelp("Folder with cases.csv, or with images/, lungs/ and opacity/; repeat it for several.", valueName: "dir"),
    completion: .directory)
  var data: [String]
  @Option(help: ArgumentHelp("A model's file or name; may be repeated for a cross-validation.", valueName: "model")) var model: [String] =
    []
  @Option(help: ArgumentHelp("Only the cases that this fold holds out.", valueName: "n")) var fold: Int?
  @Option(name: .customLong("set"), help: ArgumentHelp("Only this set: opacity, lungs, scored or clear.", valueName: "name")) var kind:
    String?
  @Flag(help: "Print how much answers move when pictures are compressed, resized, turned, darkened and so on, instead.") var robustness =
    false
  @Option(help: ArgumentHelp("Print the main figures by view, sex, age, finding, set or fold instead.", valueName: "what")) var by:
    CaseAttribute?
  @Flag(help: "Print what severity tells of ICU admission, intubation and death instead.") var course = false
  @Option(
    help: ArgumentHelp("Write what is known and found of each case to this file.", valueName: "out.csv"),
    completion: .file(extensions: ["csv"])) var csv: String?
  @Flag(help: "Write the names of files and patients into --csv, in place of numbers. Default: as the setting phi says.") var names = false
  @Option(
    help: ArgumentHelp("Folder for ROC, calibration and Bland-Altman curves, as SVG and PNG.", valueName: "dir"), completion: .directory)
  var plots: String?
  @Option(help: ArgumentHelp("Probability from which a pixel is opaque, in place of the models' own.", valueName: "p")) var opacityLevel:
    Float?
  @Flag(help: "Print JSON, with every case.") var json = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let opacityLevel, !(opacityLevel > 0 && opacityLevel < 1) {
      throw ValidationError("--opacity-level is \(opacityLevel), but must be between 0 and 1")
    }
    if robustness, json { throw ValidationError("--robustness has no JSON") }
    if course, json { throw ValidationError("--course has no JSON; --csv writes every case") }
    if robustness || course, plots != nil { throw ValidationError("--plots goes with the tables of the sets") }
    if names, csv == nil { throw ValidationError("--names goes with --csv") }
    if robustness, csv != nil { throw ValidationError("--robustness writes no CSV") }
    if [robustness, course, by != nil].count(where: { $0 }) > 1 { throw ValidationError("give one of --robustness, --course and --by") }
    if let kind, !ModelEvaluation.sets.contains(kind) {
      throw ValidationError("no set `\(kind)`; there are \(ModelEvaluation.sets.joined(separator: ", "))")
    }
  }

  func run() throws {
    let evaluation = try ModelEvaluation(data: data, models: model, opacityLevel: opacityLevel)
    let csv = csv.map { CaseTableFile(path: $0, hidesNames: !names && DisplaySettings.kept().phi == .hide) }
    if robustness {
      try evaluation.printRobustness(fold: fold, set: kind)
    } else if course {
      try evaluation.printCourse(fold: fold, set: kind, csv: csv)
    } else {
      try evaluation.printTables(fold: fold, set: kind, by: by, asJSON: json, csv: csv, plots: plots)
    }
  }
}

extension CaseAttribute: ExpressibleByArgument {}
