import ImageOps
import SegModel

/// `segsh evaluate`: the tables of a model on the sets of a data folder.
enum ModelEvaluation {
  static let sets = CaseRecord.Kind.allCases.map(\.rawValue)

  static func run(data: String, model: String?, fold: Int?, set: String?, asJSON: Bool) throws {
    Interrupt.install(isInteractive: false)
    let cancellation = Cancellation { Interrupt.isPending }
    let dataset = try Dataset(path: data)
    let segmenter = try Segmenter(modelPath: ModelLibrary.path(of: model ?? ModelLibrary.standardName))
    let kinds = set.flatMap { CaseRecord.Kind(rawValue: $0) }.map { [$0] } ?? CaseRecord.Kind.allCases
    var results: [(kind: CaseRecord.Kind, evaluation: Evaluation)] = []
    let bar = ProgressLine()
    defer { bar.stop() }
    for kind in kinds {
      let records = try fold.map { try dataset.heldOut(fold: $0, kind: kind) } ?? dataset.cases.filter { $0.kind == kind }
      guard !records.isEmpty else { continue }
      bar.start(kind.rawValue)
      let evaluation = try Evaluation(of: segmenter, on: records, polling: cancellation) { done in
        bar.report(Double(done) / Double(records.count), "\(kind.rawValue) \(done)/\(records.count)")
      }
      bar.stop()
      results.append((kind, evaluation))
      if !asJSON {
        let part = fold.map { ", fold \($0)" } ?? ""
        Console.shared.write("\(results.count > 1 ? "\n" : "")# \(kind.rawValue)\(part): \(records.count) cases\n\n\(evaluation.table)")
      }
    }
    guard !results.isEmpty else { throw Problem.noCases(data: data, set: set, fold: fold) }
    if asJSON {
      let fields = results.map { "\"\($0.kind.rawValue)\": \($0.evaluation.json)" }.joined(separator: ", ")
      Console.shared.write("{\"fold\": \(fold.map(String.init) ?? "null"), \(fields)}\n")
    } else {
      Console.shared.tell("research use, not a diagnosis")
    }
  }

  enum Problem: Error, CustomStringConvertible {
    case noCases(data: String, set: String?, fold: Int?)
    var description: String {
      switch self {
      case .noCases(let data, let set, let fold):
        "\(data) has no cases\(set.map { " in the set `\($0)`" } ?? "")\(fold.map { " that fold \($0) holds out" } ?? "")"
      }
    }
  }
}
