import Basics
import ImageOps
import Network
internal import Platform

/// Fine-tunes a model on accepted cases, calibrates what the held-out cases allow, and proves the result on cases that it did not learn.
public struct LearningJob: Sendable {
  /// The model to start from, which the result has to surpass.
  public var base: SegmentationModel
  /// Accepted cases (see ``CaseSplit``).
  public var accepted: [AcceptedCase]
  /// Data folders of the reference set; none: phantoms show what was forgotten.
  public var reference: [String]
  /// The share of the patients to hold out, 0...1.
  public var heldOutShare: Double
  public var recipe: TrainingRecipe
  /// The folder of the candidate and of the training state.
  public var folder: String
  public var resumes: Bool
  /// Notes for the model's header.
  public var notes: [String: String]

  public init(
    base: SegmentationModel, accepted: [AcceptedCase], reference: [String], heldOutShare: Double, recipe: TrainingRecipe, folder: String,
    resumes: Bool, notes: [String: String]
  ) {
    (self.base, self.accepted, self.reference, self.heldOutShare) = (base, accepted, reference, heldOutShare)
    (self.recipe, self.folder, self.resumes, self.notes) = (recipe, folder, resumes, notes)
  }

  public enum Event: Sendable {
    /// The division of the cases, before training.
    case divided(Division)
    case training(TrainingEvent)
    case proving(done: Int, of: Int)
  }

  /// How many cases serve what.
  public struct Division: Sendable, Equatable {
    public let learned: Int
    /// Held-out cases that were corrected or drawn, and that were accepted without a change.
    public let heldOutCorrected: Int
    public let heldOutUnchanged: Int
    public let rehearsed: Int
    public let referenceHeldOut: Int
  }

  /// What came of it.
  public struct Outcome: Sendable {
    public let proof: LearningProof
    public let division: Division
    /// The path of the candidate's file.
    public let candidate: String
    /// The candidate.
    public let model: SegmentationModel
    /// The number of held-out cases that the intervals were calibrated on; nil if there were too few, and the model has no intervals.
    public let calibratedOn: Int?
    /// The digests of the images that were learned from, and of those that were held out.
    public let learnedDigests: [String]
    public let heldOutDigests: [String]
  }

  /// From how many held-out cases with drawn opacity on intervals are calibrated.
  public static let leastForIntervals = 20

  /// - Throws: `LearningError`; as `TrainingJob.run`.
  public func run(onEvent: (Event) -> Void = { _ in }) throws -> Outcome {
    let split = try CaseSplit(accepted, share: heldOutShare, known: base.learnedFrom)
    let records = reference.isEmpty ? [] : try Dataset(paths: reference).cases
    let reference = ReferenceSplit(
      records, share: heldOutShare, excluding: Set(accepted.compactMap(\.record.imageDigest)), learned: split.learned.count)
    let division = Division(
      learned: split.learned.count, heldOutCorrected: split.heldOut.count(where: \.isCorrected),
      heldOutUnchanged: split.heldOut.count { !$0.isCorrected }, rehearsed: reference.rehearsed.count,
      referenceHeldOut: reference.heldOut.count)
    onEvent(.divided(division))
    let candidate = "\(folder)/candidate\(ModelLibrary.ending)"
    var job = TrainingJob(
      data: [], recipe: recipe, output: candidate, checkpointFolder: folder, resumes: resumes, notes: notes, base: base)
    job.cases = split.learned.map(\.record) + reference.rehearsed
    var model = try job.run { onEvent(.training($0)) }
    let proof = try LearningProof(
      before: Segmenter(base), after: Segmenter(model), accepted: split.heldOut, reference: reference.heldOut
    ) { onEvent(.proving(done: $0, of: $1)) }
    let known = base.learnedFrom
    let unseen = (split.heldOut.map(\.record) + reference.heldOut).filter { record in
      record.kind == .opacity && !(record.imageDigest.map(known.contains) ?? true)
    }
    let isCalibrated = unseen.count >= Self.leastForIntervals
    model.intervalRules = isCalibrated ? try Calibration.areaIntervals(of: Segmenter(model), on: unseen) : nil
    try model.write(to: candidate)
    return Outcome(
      proof: proof, division: division, candidate: candidate, model: model,
      calibratedOn: model.intervalRules == nil ? nil : unseen.count,
      learnedDigests: split.learned.compactMap(\.record.imageDigest), heldOutDigests: split.heldOut.compactMap(\.record.imageDigest))
  }

  /// Removes the training state and the candidate, once the model is kept elsewhere.
  public func removeState() {
    for name in ["checkpoint", "candidate"] { unlink(SystemPath.bytes("\(folder)/\(name)\(ModelLibrary.ending)")) }
  }
}

extension Calibration {
  /// The interval rules of percentages and extent that held-out cases yield. Reader scores have none, because estimators were not fitted to these cases.
  /// - Parameter records: Cases that the model did not learn from.
  /// - Returns: nil with too few cases.
  static func areaIntervals(of segmenter: Segmenter, on records: [CaseRecord]) throws -> IntervalRules? {
    let marked = records.map { record in
      var record = record
      record.fold = Int((Dataset.digest(of: record.patient) >> 32) % 5)
      return record
    }
    let calibration = try Calibration(of: { record in record.fold.map { ($0, segmenter) } }, on: marked, keepsThreshold: true)
    let rules = calibration.rules(for: [.percent, .lung, .zone, .extent])
    return rules[.percent] == nil ? nil : IntervalRules(rules: rules)
  }
}
