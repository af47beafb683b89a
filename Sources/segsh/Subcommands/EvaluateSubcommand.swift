import ArgumentParser
import SegModel
import Terminal

struct EvaluateSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluates a model against reference masks or reader scores.",
    discussion: """
      Prints metrics with 95 % bootstrap confidence intervals. Evaluate on held-out cases only: results on training cases are too optimistic. With several \
      models, each trained with another --fold, each case is evaluated by the model that held it out, and the results are pooled over all folds.

      --by prints the main metrics by subgroup. --outcomes evaluates how well severity predicts ICU admission, intubation and death: areas under the ROC curve, \
      and observed against predicted risk, where the risk model was fitted to other patients. Intervals are bootstrapped over patients. --csv writes \
      one row per case.

      A structure model (`segsh train --labels`) is evaluated against the drawn structures; for the heart also by the cardiothoracic ratio, over the lungs of \
      the shipped model.
      """
  )

  @Option(
    help: ArgumentHelp("Data folder with cases.csv, or with images/, lungs/ and opacity/. May be repeated.", valueName: "dir"),
    completion: .directory)
  var data: [String]
  @Option(help: ArgumentHelp("Model file or name. Repeat for a cross-validation. Default: the shipped model.", valueName: "model"))
  var model: [String] =
    []
  @Option(help: ArgumentHelp("Evaluate only the cases that this fold holds out.", valueName: "n")) var fold: Int?
  @Option(name: .customLong("set"), help: ArgumentHelp("Evaluate only this set: opacity, lungs, scored or clear.", valueName: "name"))
  var kind: String?
  @Flag(help: "Report how results change when images are compressed, resized, rotated, darkened and so on.") var robustness =
    false
  @Option(help: ArgumentHelp("Report the main metrics by view, sex, age, finding, set or fold.", valueName: "what")) var by: CaseAttribute?
  @Flag(help: "Report how well severity predicts ICU admission, intubation and death.") var outcomes = false
  @Option(
    help: ArgumentHelp("Write the reference values and the results of each case to this file.", valueName: "out.csv"),
    completion: .file(extensions: ["csv"])) var csv: String?
  @Flag(help: "Write file and patient names to --csv instead of numbers. Default: the setting phi.") var names = false
  @Option(
    help: ArgumentHelp("Write ROC, calibration and Bland-Altman plots to this folder, as SVG and PNG.", valueName: "dir"),
    completion: .directory)
  var plots: String?
  @Option(help: ArgumentHelp("Probability threshold for opacity, 0 to 1. Default: the model's own.", valueName: "p")) var opacityThreshold:
    Float?
  @Flag(help: "Print JSON, including every case.") var json = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let opacityThreshold, !(opacityThreshold > 0 && opacityThreshold < 1) {
      throw ValidationError("--opacity-threshold is \(opacityThreshold) but must be between 0 and 1")
    }
    if robustness, json { throw ValidationError("--robustness cannot print JSON") }
    if outcomes, json { throw ValidationError("--outcomes cannot print JSON; use --csv for the cases") }
    if robustness || outcomes, plots != nil { throw ValidationError("--plots cannot be combined with --robustness or --outcomes") }
    if names, csv == nil { throw ValidationError("--names needs --csv") }
    if robustness, csv != nil { throw ValidationError("--robustness cannot be combined with --csv") }
    if [robustness, outcomes, by != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--robustness, --outcomes and --by cannot be combined")
    }
    if let kind, !ModelEvaluation.sets.contains(kind) {
      throw ValidationError("unknown set `\(kind)`; use one of \(ModelEvaluation.sets.joined(separator: ", "))")
    }
  }

  func run() throws {
    if let structures = try StructureJudge(models: model) {
      for (option, isGiven) in [
        ("--robustness", robustness), ("--outcomes", outcomes), ("--by", by != nil), ("--csv", csv != nil), ("--plots", plots != nil),
        ("--set", kind != nil), ("--opacity-threshold", opacityThreshold != nil),
      ] where isGiven { throw ValidationError("\(option) does not apply to a structure model") }
      return try Interrupt.polled { try structures.printTables(data: data, fold: fold, asJSON: json) }
    }
    let evaluation = try ModelEvaluation(data: data, models: model, opacityThreshold: opacityThreshold)
    let csv = csv.map { CaseTableFile(path: $0, hidesNames: !names && DisplaySettings.kept().phi == .hide) }
    try Interrupt.polled { try run(evaluation, csv) }
  }

  private func run(_ evaluation: ModelEvaluation, _ csv: CaseTableFile?) throws {
    if robustness {
      try evaluation.printRobustness(fold: fold, set: kind)
    } else if outcomes {
      try evaluation.printOutcomes(fold: fold, set: kind, csv: csv)
    } else {
      try evaluation.printTables(fold: fold, set: kind, by: by, asJSON: json, csv: csv, plots: plots)
    }
  }
}

extension CaseAttribute: ExpressibleByArgument {}
