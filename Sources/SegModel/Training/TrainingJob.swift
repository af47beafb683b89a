import Basics
import ImageOps
import Network

/// A training from data folders to a model file, as `segsh train` runs it.
public struct TrainingJob: Sendable {
  /// The data folders (see ``Dataset``).
  public var data: [String]
  /// The cases to train on in place of those of the data folders; nil: these.
  var cases: [CaseRecord]?
  /// The fold to hold out; nil to train on everything.
  public var fold: Int?
  /// The fold of the sets without masks or scores to hold out; nil for none.
  public var unmaskedFold: Int?
  /// The recipe.
  public var recipe: TrainingRecipe
  /// The path of the model file to write.
  public var output: String
  /// The folder of the checkpoint, which is saved after every epoch, with `curves.jsonl` and `curves.png`.
  public var checkpointFolder: String
  /// Whether to continue from the folder's checkpoint.
  public var resumes: Bool
  /// Notes on data and license for the model's header.
  public var notes: [String: String]
  /// The model to start from; nil to start from scratch. The recipe's width and side must be the model's.
  public var base: SegmentationModel?
  /// The encoder to start from if there is no base.
  public var encoder: PretrainedEncoder?
  /// The model whose opacity is used for unlabeled cases; nil leaves these out.
  public var teacher: SegmentationModel?

  /// Creates a training.
  public init(
    data: [String], fold: Int? = nil, unmaskedFold: Int? = nil, recipe: TrainingRecipe = TrainingRecipe(), output: String,
    checkpointFolder: String,
    resumes: Bool = false,
    notes: [String: String] = [:], base: SegmentationModel? = nil, encoder: PretrainedEncoder? = nil, teacher: SegmentationModel? = nil
  ) {
    self.encoder = encoder
    self.teacher = teacher
    self.unmaskedFold = unmaskedFold
    self.base = base
    self.data = data
    self.fold = fold
    self.recipe = recipe
    self.output = output
    self.checkpointFolder = checkpointFolder
    self.resumes = resumes
    self.notes = notes
  }

  /// Trains, fits the image check to the training cases, and writes the model. Its score estimates are the network's own until a ``Calibration``.
  ///
  /// - Throws: Errors of reading the data; `TrainingError`; `FolderLock.InUse` while another training uses the checkpoint folder; `CancellationError`
  ///   after the state was saved, so that `resumes` can continue.
  /// - Returns: The model that was written.
  public func run(onEvent: (TrainingEvent) -> Void = { _ in }) throws -> SegmentationModel {
    let cancellation = Cancellation.current
    try recipe.validate()
    let lock = try FolderLock(checkpointFolder)
    defer { withExtendedLifetime(lock) {} }
    // Fitting the check of images at the end needs it.
    try LinearAlgebra.requireAvailable()
    let dataset = try cases.map { Dataset(cases: $0, path: "the data") } ?? Dataset(paths: data)
    let start = try base?.weights ?? encoder?.weights(for: recipe.configuration, seed: recipe.seed)
    let teacher = try teacher.map { try Teacher($0) }
    let records = try dataset.training(without: fold, unmaskedFold: unmaskedFold)
    let heldOutRecords = try fold.map { try dataset.heldOut(fold: $0) } ?? []
    var done = 0
    let count = records.count + heldOutRecords.count
    func knowsScores(_ record: CaseRecord) -> Bool { fold == nil || dataset.scoreFold(of: record) != fold }
    func samples(_ records: [CaseRecord]) throws -> [TrainingSample] {
      try records.map { record in
        try cancellation.check()
        let sample = try TrainingSample(
          record, side: recipe.side, normalization: recipe.normalization, knowsScores: knowsScores(record), teacher: teacher)
        done += 1
        onEvent(.reading(done: done, of: count))
        return sample
      }
    }
    let all = try samples(records)
    let heldOut = try samples(heldOutRecords)
    let learnable = all.filter { $0.isKnown.contains(true) && $0.kind != .scored }
    let scoredAlone = recipe.learnsScores ? all.filter { $0.kind == .scored && !$0.scores.isEmpty } : []
    guard !learnable.isEmpty else { throw DatasetError.nothingToTrainOn(path: dataset.path) }

    let needsPhantoms = recipe.phases.contains { $0.phantoms > 0 && $0.epochs > 0 }
    // The check of images has to know them in any case: people try the program on phantoms first. With few cases they would be most of what it knows.
    let makesPhantoms = needsPhantoms || records.count >= ImageCheck.fewestPictures
    let phantoms = try (0..<(makesPhantoms ? recipe.phantomCount : 0)).map { number in
      try cancellation.check()
      return try TrainingSample(phantom: number, side: recipe.side, normalization: recipe.normalization)
    }
    let trainer = try Trainer(
      recipe: recipe, samples: learnable + (needsPhantoms ? phantoms : []) + scoredAlone, heldOut: heldOut, from: start,
      scoreLayer: base?.scoreLayer,
      checkpointFolder: checkpointFolder)
    let weights = try trainer.run(resuming: resumes, onEvent: onEvent)
    var model = SegmentationModel(configuration: try recipe.configuration, side: recipe.side, weights: weights, notes: notes)
    model.normalization = recipe.normalization
    onEvent(.fittingCheck)
    if let base {
      // Corrections alone rarely come with readers' scores; what the model had learned of these is then kept.
      model.thresholds = base.thresholds
      (model.scoreLayer, model.intervalRules) = (base.scoreLayer, base.intervalRules)
      (model.extentEstimator, model.brixiaEstimator) = (base.extentEstimator, base.brixiaEstimator)
    }
    if let rows = trainer.scoreRows, all.contains(where: { !$0.scores.isEmpty }) {
      model.scoreLayer = ScoreLayer(rows: rows)
      (model.extentEstimator, model.brixiaEstimator) = (.told(.extent), .told(.brixia))
      if base?.scoreLayer != nil {
        let examples = try scoreExamples(of: model, records: records.filter(knowsScores))
        for (goal, own) in examples {
          let estimator = ScoreEstimator.meanOfLines(through: own, goal: goal)
          if goal == .extent { model.extentEstimator = estimator ?? model.extentEstimator }
          if goal == .brixia { model.brixiaEstimator = estimator ?? model.brixiaEstimator }
        }
      }
      // Those of the model that training started from were measured on cases it had not seen; with more data the errors are no larger as a rule.
      model.intervalRules = base?.intervalRules
    }
    let pairs = zip(records, all).map { (record: $0, sample: $1) }
    let examples = pairs.map { ImageCheck.Example(patient: $0.patient, sample: $1, doubt: .init(of: $0)) }
    model.imageCheck =
      try ImageCheck.fitted(
        Segmenter(model), to: examples + phantoms.map { ImageCheck.Example(patient: $0.id, sample: $0) }, replacing: base?.imageCheck)
      ?? base?.imageCheck
    model.learnedFrom = Set(records.compactMap(\.imageDigest)).union(base?.learnedFrom ?? [])
    describe(&model, curve: trainer.curve, cases: learnable.count)
    try model.write(to: output)
    return model
  }

  /// Clear cases that take part in fitting lines to scores.
  private static let clearCount = 200

  /// What the model finds on the cases that it learned from, with the scores that readers gave.
  private func scoreExamples(of model: SegmentationModel, records: [CaseRecord]) throws
    -> [ReaderScores.Goal: [ScoreEstimator.Example]]
  {
    let segmenter = try Segmenter(model)
    let clear = records.filter { $0.kind == .clear }.prefix(Self.clearCount)
    var examples: [ReaderScores.Goal: [ScoreEstimator.Example]] = [:]
    for record in records.filter({ $0.kind != .clear && $0.hasScores }) + clear {
      let severity = try segmenter.segment(record.image())
      guard let prediction = severity.prediction,
        let features = try Severity(severity).workingAreas.flatMap({ SeverityFeatures(prediction, zones: $0) })
      else { continue }
      for (goal, score) in [(ReaderScores.Goal.extent, record.geographicExtent), (.brixia, record.brixia)] {
        guard let score else { continue }
        let scored = records.count { $0.kind != .clear && (goal == .extent ? $0.geographicExtent : $0.brixia) != nil }
        let importance = record.kind == .clear ? ScoreEstimator.clearShare * Double(scored) / Double(clear.count) : 1
        examples[goal, default: []].append(
          ScoreEstimator.Example(patient: record.patient, features: features, score: score, importance: importance))
      }
    }
    return examples
  }

  private func describe(_ model: inout SegmentationModel, curve: TrainingCurve, cases: Int) {
    model.notes["seed"] = "\(recipe.seed)"
    model.notes["held_out_fold"] = fold.map { "\($0)" } ?? "none"
    model.notes["held_out_unmasked_fold"] = unmaskedFold.map { "\($0)" }
    model.notes["training_cases"] = "\(cases)"
    model.notes["encoder"] = base == nil ? encoder?.origin : base?.notes["encoder"]
    model.notes["recipe"] = recipe.json.description
    if let last = curve.points.last { model.notes["metrics"] = last.json.description }
  }
}

extension TrainingRecipe {
  /// The settings that a reader of a model's header asks for.
  var json: JSON {
    var json: JSON = [
      "architecture": .string(architecture.rawValue), "width": .number(Double(width)), "size": .number(Double(side)),
      "normalization": .string(normalization.rawValue),
      "batch": .number(Double(batch)),
      "phases": .array(
        phases.map { phase in
          [
            "name": .string(phase.name), "epochs": .number(Double(phase.epochs)), "peak_rate": .number(phase.peakRate),
            "schedule": .string(phase.schedule.rawValue), "opacity_repeats": .number(Double(phase.opacityRepeats)),
            "others_share": .number(phase.othersShare), "others_lung_weight": .number(Double(phase.othersLungWeight)),
            "phantoms": .number(Double(phase.phantoms)), "scored_repeats": .number(Double(phase.scoredRepeats)),
            "clear": .number(Double(phase.clear)), "small_clear": .number(Double(phase.smallClear)),
            "taught": .number(Double(phase.taught)),
          ]
        }), "channel_weights": .array(channelWeights.map { .number(Double($0)) }), "weight_decay": .number(Double(weightDecay)),
      "encoder_rate": .number(Double(encoderRate)),
      "score_weight": .number(scoreWeight), "zone_weight": .number(zoneWeight),
      "gradient_limit": .number(gradientLimit), "average_decay": .number(Double(averageDecay)),
      "phantom_count": .number(Double(phantomCount)), "seed": .string("\(seed)"), "augmentation": augmentation.json,
    ]
    // Absent from the recipes of lungs and opacity, whose checkpoints stay valid.
    if !structures.isEmpty { json["structures"] = .array(structures.map { .string($0.description) }) }
    return json
  }
}
