import ImageOps

/// A training from a data folder to a model file: what `segsh train` does.
public struct TrainingJob: Sendable {
  /// The data folder (see `Dataset`).
  public var data: String
  /// The fold that is held out; nil to learn from everything.
  public var fold: Int?
  public var recipe: TrainingRecipe
  /// The model file to write.
  public var output: String
  /// Where the state is saved after every epoch, with `curves.jsonl` and `curves.png`.
  public var checkpointFolder: String
  /// Continue from the folder's checkpoint.
  public var resumes: Bool
  /// What the model's header says of its data and licence.
  public var notes: [String: String]
  /// The model that training starts from; nil to start from nothing. The recipe's width and side have to be the model's.
  public var base: SegmentationModel?

  public init(
    data: String, fold: Int? = nil, recipe: TrainingRecipe = TrainingRecipe(), output: String, checkpointFolder: String,
    resumes: Bool = false,
    notes: [String: String] = [:], base: SegmentationModel? = nil
  ) {
    self.base = base
    self.data = data
    self.fold = fold
    self.recipe = recipe
    self.output = output
    self.checkpointFolder = checkpointFolder
    self.resumes = resumes
    self.notes = notes
  }

  /// Trains, fits the check of pictures to what was learned from, and writes the model. Scores are estimated as the network tells them until `Calibration`.
  ///
  /// - Throws: what reading the data throws; `TrainingError`; `CancellationError` after the state was saved, so that `resumes` goes on from there.
  /// - Returns: the model that was written.
  public func run(polling cancellation: Cancellation = .never, onEvent: (TrainingEvent) -> Void = { _ in }) throws -> SegmentationModel {
    try recipe.validate()
    let dataset = try Dataset(path: data)
    let records = try dataset.training(without: fold)
    let heldOutRecords = try fold.map { try dataset.heldOut(fold: $0) } ?? []
    var done = 0
    func knowsScores(_ record: CaseRecord) -> Bool { fold == nil || dataset.scoreFold(of: record) != fold }
    func samples(_ records: [CaseRecord]) throws -> [TrainingSample] {
      try records.map { record in
        try cancellation.check()
        let sample = try TrainingSample(record, side: recipe.side, knowsScores: knowsScores(record), polling: cancellation)
        done += 1
        onEvent(.reading(done: done, of: self.count(dataset: dataset, fold: fold)))
        return sample
      }
    }
    let all = try samples(records)
    let heldOut = try samples(heldOutRecords)
    let learnable = all.filter { $0.isKnown.contains(true) && $0.kind != .scored }
    let scoredAlone = recipe.learnsScores ? all.filter { $0.kind == .scored && !$0.scores.isEmpty } : []
    guard !learnable.isEmpty else { throw DatasetError.nothingToTrainOn(path: data) }

    let needsPhantoms = recipe.phases.contains { $0.phantoms > 0 && $0.epochs > 0 }
    let phantoms = try (0..<(needsPhantoms ? recipe.phantomCount : 0)).map { number in
      try cancellation.check()
      return try TrainingSample(phantom: number, side: recipe.side, polling: cancellation)
    }
    let trainer = try Trainer(
      recipe: recipe, samples: learnable + phantoms + scoredAlone, heldOut: heldOut, from: base?.weights,
      checkpointFolder: checkpointFolder)
    let weights = try trainer.run(resuming: resumes, polling: cancellation, onEvent: onEvent)
    var model = SegmentationModel(configuration: try recipe.configuration, side: recipe.side, weights: weights, notes: notes)
    onEvent(.fittingCheck)
    if let base {
      // Corrections alone rarely come with readers' scores; what the model had learned of these is then kept.
      model.thresholds = base.thresholds
      (model.scoreLayer, model.intervalRules) = (base.scoreLayer, base.intervalRules)
      (model.extentEstimator, model.brixiaEstimator) = (base.extentEstimator, base.brixiaEstimator)
    }
    if let rows = trainer.scoreRows, all.contains(where: { !$0.scores.isEmpty }) {
      model.scoreLayer = ScoreLayer(rows: rows)
      model.extentEstimator = .told(.extent)
      model.brixiaEstimator = .told(.brixia)
      model.intervalRules = nil
    }
    let proper = zip(records, all).map { (patient: $0.patient, sample: $1) } + phantoms.map { (patient: $0.id, sample: $0) }
    model.pictureCheck = try PictureCheck.fitted(Segmenter(model), to: proper, polling: cancellation) ?? base?.pictureCheck
    describe(&model, curve: trainer.curve, cases: learnable.count)
    try model.write(to: output)
    return model
  }

  private func count(dataset: Dataset, fold: Int?) -> Int {
    let training = (try? dataset.training(without: fold).count) ?? 0
    return training + (fold.flatMap { try? dataset.heldOut(fold: $0).count } ?? 0)
  }

  private func describe(_ model: inout SegmentationModel, curve: TrainingCurve, cases: Int) {
    model.notes["seed"] = "\(recipe.seed)"
    model.notes["held_out_fold"] = fold.map { "\($0)" } ?? "none"
    model.notes["training_cases"] = "\(cases)"
    model.notes["recipe"] = recipe.json.description
    if let last = curve.points.last { model.notes["metrics"] = last.json.description }
  }
}

extension TrainingRecipe {
  /// The settings that a reader of a model's header asks for.
  var json: JSON {
    [
      "width": .number(Double(width)), "size": .number(Double(side)), "batch": .number(Double(batch)),
      "phases": .array(
        phases.map { phase in
          [
            "name": .string(phase.name), "epochs": .number(Double(phase.epochs)), "peak_rate": .number(phase.peakRate),
            "schedule": .string(phase.schedule.rawValue), "opacity_repeats": .number(Double(phase.opacityRepeats)),
            "others_share": .number(phase.othersShare), "others_lung_weight": .number(Double(phase.othersLungWeight)),
            "phantoms": .number(Double(phase.phantoms)), "scored_repeats": .number(Double(phase.scoredRepeats)),
          ]
        }), "channel_weights": .array(channelWeights.map { .number(Double($0)) }), "weight_decay": .number(Double(weightDecay)),
      "score_weight": .number(scoreWeight), "zone_weight": .number(zoneWeight),
      "gradient_limit": .number(gradientLimit), "average_decay": .number(Double(averageDecay)),
    ]
  }
}
