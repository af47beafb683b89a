import Basics
import ImageOps
import SegModel
import Terminal

/// `segsh calibrate`: gives a model the estimators and the intervals that follow from a cross-validation.
struct ModelCalibration {
  private let dataset: Dataset
  private let judges: Judges

  /// - Parameter folds: models that each held a fold out.
  /// - Throws: what reading the data and the models throws; `Problem` where the models do not make a cross-validation.
  init(data: [String], folds: [String]) throws {
    Interrupt.install(isInteractive: false)
    guard folds.count > 1 else { throw Problem.tooFewFolds }
    dataset = try Dataset(paths: data)
    judges = try Judges(folds, dataset: dataset)
  }

  /// Prints how good estimates and intervals are, and replaces the model's file.
  /// - Parameter path: nil to print alone.
  func run(model path: String?) throws {
    let records = dataset.cases.filter { judges.judge(of: $0) != nil }
    let bar = ProgressLine()
    bar.start("judging")
    defer { bar.stop() }
    let calibration = try Calibration(of: judges.judge(of:), on: records) { done in
      bar.report(Double(done) / Double(max(1, records.count)), "judging \(done)/\(records.count)")
    }
    bar.stop()
    Console.shared.write(calibration.table)
    guard let path else { return }
    var model = try SegmentationModel(path: path)
    calibration.apply(to: &model)
    if let check = model.imageCheck { model.imageCheck = try check.silent(onPhantomsFor: Segmenter(model)) }
    try model.write(to: path)
    Console.shared.tell("wrote \(path)")
  }

  enum Problem: Error, CustomStringConvertible {
    case tooFewFolds

    var description: String { "a calibration needs at least two models, each trained with another --fold; repeat --fold-model" }
  }
}
