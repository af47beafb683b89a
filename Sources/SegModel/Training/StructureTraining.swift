import Basics
import ImageOps
import Network

/// A training of structures from data folders to a model file, as `segsh train --labels` runs it.
public struct StructureTraining: Sendable {
  /// The data folders (see ``Dataset``).
  public var data: [String]
  /// Folders of cases to evaluate on; no patient of theirs is learned.
  public var heldOutData: [String]
  /// The fold of `data` to hold out; nil for none.
  public var fold: Int?
  /// The recipe, with its structures.
  public var recipe: TrainingRecipe
  /// The path of the model file to write.
  public var output: String
  /// The folder of the checkpoint; see ``TrainingJob/checkpointFolder``.
  public var checkpointFolder: String
  /// Whether to continue from the folder's checkpoint.
  public var resumes: Bool
  /// Notes on data and license for the model's header.
  public var notes: [String: String]
  /// The network to start from, whose settings are the recipe's.
  public var base: TrainedNetwork

  /// Creates a training.
  public init(
    data: [String], heldOutData: [String] = [], fold: Int? = nil, recipe: TrainingRecipe, output: String, checkpointFolder: String,
    resumes: Bool = false, notes: [String: String] = [:], base: TrainedNetwork
  ) {
    (self.data, self.heldOutData, self.fold, self.recipe, self.output) = (data, heldOutData, fold, recipe, output)
    (self.checkpointFolder, self.resumes, self.notes, self.base) = (checkpointFolder, resumes, notes, base)
  }

  /// Trains and writes the model.
  ///
  /// Only cases on which at least one structure is drawn or known to be absent are learned. For each case, the loss counts the structures that are known.
  /// - Throws: Errors of reading the data; `TrainingError`; `DatasetError.notDrawn` for a structure that no case has;
  ///   `FolderLock.InUse` while another training uses the checkpoint folder; `CancellationError` after the state was saved.
  /// - Returns: The model that was written, and for each structure the Dice coefficients on held-out cases at working resolution.
  public func run(onEvent: (TrainingEvent) -> Void = { _ in }) throws -> (model: StructureModel, heldOutDice: [[Double]]) {
    let cancellation = Cancellation.current
    try recipe.validate()
    let lock = try FolderLock(checkpointFolder)
    defer { withExtendedLifetime(lock) {} }
    let dataset = try Dataset(paths: data, structures: recipe.structures)
    var heldOutRecords = try heldOutData.isEmpty ? [] : Dataset(paths: heldOutData, structures: recipe.structures).cases
    if let fold { heldOutRecords += dataset.cases.filter { $0.fold == fold } }
    let patients = Set(heldOutRecords.map(\.patient))
    let records = dataset.cases.filter { !patients.contains($0.patient) }
    var done = 0
    let count = records.count + heldOutRecords.count
    func samples(_ records: [CaseRecord]) throws -> [(record: CaseRecord, sample: TrainingSample)] {
      try records.map { record in
        try cancellation.check()
        let sample = try TrainingSample(record, structures: recipe.structures, side: recipe.side, normalization: recipe.normalization)
        done += 1
        onEvent(.reading(done: done, of: count))
        return (record, sample)
      }.filter { $0.sample.isKnown.contains(true) }
    }
    let learned = try samples(records)
    for (channel, structure) in recipe.structures.enumerated() where !learned.contains(where: { $0.sample.isKnown[channel] }) {
      throw DatasetError.notDrawn(structure, path: dataset.path)
    }
    let heldOut = try samples(heldOutRecords).map(\.sample)
    let phantoms = try (0..<recipe.phantomCount).map { number in
      try cancellation.check()
      return try TrainingSample(phantom: number, structures: recipe.structures, side: recipe.side, normalization: recipe.normalization)
    }
    let trainer = try Trainer(
      recipe: recipe, samples: learned.map(\.sample) + phantoms, heldOut: heldOut, from: base.weights(for: recipe),
      checkpointFolder: checkpointFolder)
    let weights = try trainer.run(resuming: resumes, onEvent: onEvent)
    let configuration = try recipe.configuration
    var model = StructureModel(
      structures: recipe.structures, configuration: configuration, side: recipe.side, normalization: recipe.normalization, weights: weights,
      notes: notes)
    let dice = try HeldOutEvaluation.structureDice(
      of: heldOut, network: InferenceNetwork(configuration, weights: weights), channels: recipe.channelCount, threshold: model.threshold)
    // The images that lungs were learned from are not those whose structures the model knows.
    model.learnedFrom = Set(learned.compactMap(\.record.imageDigest)).union(base.segmentsLungs ? [] : base.learnedFrom)
    model.notes["seed"] = "\(recipe.seed)"
    model.notes["training_cases"] = "\(learned.count), and \(phantoms.count) phantoms"
    model.notes["recipe"] = recipe.json.description
    let results = zip(recipe.structures, dice).filter { !$1.isEmpty }
    if !results.isEmpty {
      model.notes["held_out"] = results.map { "\($0): Dice \(NumberFormat.fixed(Statistics.mean($1) ?? 0, 3)) on \($1.count) cases" }
        .joined(separator: "; ")
    }
    try model.write(to: output)
    return (model, dice)
  }
}
