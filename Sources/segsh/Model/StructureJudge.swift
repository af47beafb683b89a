import Basics
import Network
import SegModel
import Terminal

/// `segsh evaluate` of a structure model: its tables on the cases of data folders.
struct StructureJudge {
  private let segmenter: StructureSegmenter

  /// Nil if the models segment lungs and opacity.
  /// - Throws: what reading a model throws; `Problem.several` for more than one structure model.
  init?(models: [String]) throws {
    guard let first = models.first else { return nil }
    let path = try ModelLibrary.path(of: first)
    guard StructureModel.structures(in: try Safetensors(path: path)) != nil else { return nil }
    guard models.count == 1 else { throw Problem.several }
    segmenter = try StructureSegmenter(modelPath: path)
  }

  /// Prints the Dice coefficients, and for the heart the agreement of the cardiothoracic ratio.
  func printTables(data: [String], fold: Int?, asJSON: Bool) throws {
    Interrupt.install(isInteractive: false)
    let model = segmenter.model
    let dataset = try Dataset(paths: data, structures: model.structures)
    let records = dataset.cases.filter { fold == nil || $0.fold == fold }
    let bar = ProgressLine()
    defer { bar.stop() }
    bar.start("evaluating")
    let lungs = try Segmenter(modelPath: ModelLibrary.path())
    let evaluation = try StructureEvaluation(of: segmenter, lungs: lungs, on: records) { done in
      bar.report(Double(done) / Double(max(1, records.count)), "\(done)/\(records.count)")
    }
    bar.stop()
    guard !evaluation.cases.isEmpty else {
      throw Problem.nothingDrawn(data: data.joined(separator: ", "), structures: model.structures.map(\.description))
    }
    let learned = evaluation.cases.compactMap(\.record.imageDigest).count { model.learnedFrom.contains($0) }
    if learned > 0 {
      Console.shared.tell(
        "warning: the model learned from \(learned) of these \(evaluation.cases.count) images, so it does worse on new ones")
    }
    Console.shared.write(asJSON ? "\(evaluation.json)\n" : Evaluation.table(of: evaluation.sections))
    Console.shared.tell("research use, not a diagnosis")
  }

  enum Problem: Error, CustomStringConvertible {
    case several
    case nothingDrawn(data: String, structures: [String])

    var description: String {
      switch self {
      case .several: "a structure model is evaluated by itself: give --model once"
      case .nothingDrawn(let data, let structures): "\(data) has no case on which \(structures.joined(separator: " or ")) is drawn"
      }
    }
  }
}
