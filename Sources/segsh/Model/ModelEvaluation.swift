import Basics
import ImageOps
import SegModel
import Terminal

/// `segsh evaluate`: the tables of a model, or of the models of a cross-validation, on the sets of a data folder.
struct ModelEvaluation {
  static let sets = CaseRecord.Kind.judged.map(\.rawValue)

  private let dataset: Dataset
  private let data: String
  private let judges: Judges

  /// - Throws: what reading the data and the models throws; `Problem` where several models do not make a cross-validation.
  init(data: [String], models: [String], opacityThreshold: Float? = nil) throws {
    Interrupt.install(isInteractive: false)
    dataset = try Dataset(paths: data)
    self.data = data.joined(separator: ", ")
    judges = try Judges(models.isEmpty ? [ModelLibrary.standardName] : models, dataset: dataset, opacityThreshold: opacityThreshold)
  }

  /// Prints the tables of each set, or, with `attribute`, the main figures of each group of cases over all sets.
  /// - Parameters:
  ///   - csv: a file that gets a row for each case.
  ///   - plots: a folder that the sets' curves go to.
  func printTables(fold: Int?, set: String?, by attribute: CaseAttribute?, asJSON: Bool, csv: CaseTableFile?, plots: String?) throws {
    var results: [(kind: CaseRecord.Kind, evaluation: Evaluation)] = []
    var judged: [CaseRecord] = []
    try forEachSet(fold: fold, set: set) { kind, records, report in
      judged += records
      let evaluation = try evaluation(of: records, report)
      results.append((kind, evaluation))
      if let plots { try EvaluationPlots.write(evaluation, of: kind, to: plots) }
      return evaluation.table
    } show: {
      if !asJSON, attribute == nil { Console.shared.write($0) }
    }
    warnOfLearned(judged)
    let all = Evaluation(cases: results.flatMap(\.evaluation.cases))
    try csv?.write(all)
    if asJSON {
      let fields = results.map { "\"\($0.kind.rawValue)\": \($0.evaluation.json)" }.joined(separator: ", ")
      Console.shared.write("{\"fold\": \(fold.map(String.init) ?? "null"), \(fields)}\n")
    } else {
      if let attribute { Console.shared.write(all.table(by: attribute)) }
      Console.shared.tell("research use, not a diagnosis")
    }
  }

  /// Warns on standard error where the one model that judges has learned from cases that it judged, and prints how its recipe does on new ones, where the model's
  /// header says it.
  private func warnOfLearned(_ judged: [CaseRecord]) {
    guard let model = judges.sole?.model, !model.learnedFrom.isEmpty else { return }
    let digests = judged.compactMap(\.imageDigest)
    let learned = digests.count { model.learnedFrom.contains($0) }
    guard learned > 0 else { return }
    Console.shared.tell("warning: the model learned from \(learned) of these \(digests.count) images, so it does worse on new ones")
    if model.heldOut.isEmpty {
      Console.shared.tell("  to judge it, hold a fold out: --fold N in train and in evaluate")
    } else {
      Console.shared.tell(
        "  in cross-validation, on patients that the judging model had not seen:\n\n\(Evaluation.table(of: model.heldOut))")
    }
  }

  /// Prints what severity predicts of outcomes, over the cases of all sets whose outcome is known.
  func printOutcomes(fold: Int?, set: String?, csv: CaseTableFile?) throws {
    var cases: [CaseEvaluation] = []
    let isKnown: (CaseRecord) -> Bool = { record in ClinicalOutcome.Outcome.allCases.contains { $0.happened(to: record) != nil } }
    let judge = { (_: CaseRecord.Kind, records: [CaseRecord], report: (Int) -> Void) throws -> String in
      cases += try evaluation(of: records, report).cases
      return ""
    }
    try forEachSet(fold: fold, set: set, where: isKnown, judge, show: { _ in })
    try csv?.write(Evaluation(cases: cases))
    Console.shared.write(ClinicalOutcome(cases: cases).table)
    Console.shared.tell("research use, not a diagnosis")
  }

  private func evaluation(of records: [CaseRecord], _ report: (_ done: Int) -> Void) throws -> Evaluation {
    try Evaluation(of: judges.segmenter, on: records, comparesMasks: judges.judgesMasks, onCase: report)
  }

  /// Prints how much answers move when the images of each set are disturbed.
  func printRobustness(fold: Int?, set: String?) throws {
    try forEachSet(fold: fold, set: set) { _, records, report in
      try Robustness(of: judges.segmenter, on: records, onCase: report).table
    } show: {
      Console.shared.write($0)
    }
  }

  /// Has the cases of each set judged, under a progress bar.
  private func forEachSet(
    fold: Int?, set: String?, where isWanted: (CaseRecord) -> Bool = { _ in true },
    _ judge: (_ kind: CaseRecord.Kind, _ records: [CaseRecord], _ report: (_ done: Int) -> Void) throws -> String, show: (String) -> Void
  ) throws {
    let kinds = set.flatMap { CaseRecord.Kind(rawValue: $0) }.map { [$0] } ?? CaseRecord.Kind.judged
    let bar = ProgressLine()
    defer { bar.stop() }
    var shown = 0
    for kind in kinds {
      let all = try fold.map { try dataset.heldOut(fold: $0, kind: kind) } ?? dataset.cases.filter { $0.kind == kind }
      let records = all.filter { judges.judge($0) && isWanted($0) }
      guard !records.isEmpty else { continue }
      bar.start(kind.rawValue)
      let text = try judge(kind, records) { done in
        bar.report(Double(done) / Double(records.count), "\(kind.rawValue) \(done)/\(records.count)")
      }
      bar.stop()
      let part = fold.map { ", fold \($0)" } ?? (judges.isCrossValidation ? ", each by the model that has not seen it" : "")
      show("\(shown > 0 ? "\n" : "")# \(kind.rawValue)\(part): \(records.count) cases\n\n\(text)")
      shown += 1
    }
    if shown == 0 { throw Problem.noCases(data: data, set: set, fold: fold) }
  }

  enum Problem: Error, CustomStringConvertible {
    case noCases(data: String, set: String?, fold: Int?)
    case notHeldOut(model: String)
    case sameFold(Int, String, String)

    var description: String {
      switch self {
      case .noCases(let data, let set, let fold):
        "\(data) has no cases\(set.map { " in the set `\($0)`" } ?? "")\(fold.map { " that fold \($0) holds out" } ?? "")"
      case .notHeldOut(let model):
        "\(model) held no fold out; several models judge together only when each was trained with --fold"
      case .sameFold(let fold, let first, let second): "\(first) and \(second) both held fold \(fold) out"
      }
    }
  }
}

/// One model that judges every case, or several that each judge the fold which they held out in training.
struct Judges {
  private let dataset: Dataset
  /// The one model that judges every case; nil in a cross-validation.
  let sole: Segmenter?
  private let byFold: [Int: Segmenter]

  /// - Parameter opacityThreshold: the probability from which a pixel is opaque, in place of each model's own.
  init(_ models: [String], dataset: Dataset, opacityThreshold: Float? = nil) throws {
    self.dataset = dataset
    let opened = try models.map { name in
      let segmenter = try Segmenter(modelPath: ModelLibrary.path(of: name))
      return (name: name, segmenter: opacityThreshold.map { Segmenter(segmenter, opacityThreshold: $0) } ?? segmenter)
    }
    guard opened.count > 1 else {
      sole = opened.first?.segmenter
      byFold = [:]
      return
    }
    sole = nil
    var byFold: [Int: (name: String, segmenter: Segmenter)] = [:]
    for model in opened {
      guard let fold = model.segmenter.model.notes["held_out_fold"].flatMap({ Int($0) }) else {
        throw ModelEvaluation.Problem.notHeldOut(model: model.name)
      }
      if let other = byFold[fold] { throw ModelEvaluation.Problem.sameFold(fold, other.name, model.name) }
      byFold[fold] = model
    }
    self.byFold = byFold.mapValues(\.segmenter)
  }

  var isCrossValidation: Bool { sole == nil }

  /// Whether there is a model that may judge a case.
  func judge(_ record: CaseRecord) -> Bool { sole != nil || judge(of: record) != nil }

  /// Whether the masks of a case say something: not where only its scores were held out.
  func judgesMasks(_ record: CaseRecord) -> Bool { sole != nil || record.fold != nil }

  /// The fold that a case, or what readers said of it, was held out in, and the model that held it out; nil where there is none, or one model judges all.
  func judge(of record: CaseRecord) -> (fold: Int, segmenter: Segmenter)? {
    dataset.judgingFold(of: record).flatMap { fold in byFold[fold].map { (fold, $0) } }
  }

  /// - Precondition: `judge(record)`.
  func segmenter(for record: CaseRecord) -> Segmenter {
    guard let segmenter = sole ?? judge(of: record)?.segmenter else { preconditionFailure("a case that there is a model for") }
    return segmenter
  }
}

/// A file that gets a row for each case of an evaluation.
struct CaseTableFile {
  let path: String
  /// Whether stand-ins take the place of the names of files and patients.
  let hidesNames: Bool

  func write(_ evaluation: Evaluation) throws {
    try AtomicFile.write(evaluation.csv(hidesNames: hidesNames), to: path)
    if hidesNames { Console.shared.tell("\(path) leaves out the names of files and patients (phi=hide); --names writes them") }
  }
}
