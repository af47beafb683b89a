import Basics
import ImageOps
import Network
internal import Platform

/// Trains a segmentation network on samples: batches, loss, optimizer, weight average, checkpoints.
///
/// All randomness comes from the recipe's seed and the position in the plan, so a training that is killed and resumed ends with the same bits as one
/// that is not, for any number of threads.
public final class Trainer {
  /// The recipe.
  public let recipe: TrainingRecipe
  private let samples: [TrainingSample]
  private let heldOut: [TrainingSample]
  private let checkpointFolder: String?
  private let plan: TrainingPlan
  private let state: TrainingState
  private let loss: SegmentationLoss
  private let start: String

  /// The number of epochs between two evaluations on held-out cases; the last epoch of a phase is always evaluated.
  public var evaluationInterval = 5

  /// Creates a trainer.
  /// - Parameters:
  ///   - samples: Samples to train on, at the recipe's side.
  ///   - heldOut: Samples to evaluate on; the results decide nothing.
  ///   - weights: Initial weights; random for nil.
  ///   - scoreLayer: The initial score layer; zero for nil.
  ///   - checkpointFolder: The folder of `checkpoint.safetensors`, `curves.jsonl` and `curves.png`, created if needed; nil to save nothing.
  /// - Throws: `TrainingError.invalidRecipe`, `DatasetError.nothingToTrainOn`, `FileError`.
  public init(
    recipe: TrainingRecipe, samples: [TrainingSample], heldOut: [TrainingSample] = [], from weights: [String: Tensor]? = nil,
    scoreLayer: ScoreLayer? = nil, checkpointFolder: String? = nil
  ) throws {
    try recipe.validate()
    precondition(samples.allSatisfy { $0.side == recipe.side }, "samples have the recipe's side")
    self.recipe = recipe
    self.samples = samples
    self.heldOut = heldOut
    self.checkpointFolder = checkpointFolder
    plan = TrainingPlan(recipe: recipe, samples: samples)
    guard plan.stepCount > 0 else { throw DatasetError.nothingToTrainOn(path: "the data") }
    state = try TrainingState(recipe: recipe, from: weights, scoreLayer: scoreLayer)
    start = weights.map { Self.digest($0) } ?? ""
    precondition(samples.allSatisfy { $0.isKnown.count == recipe.channelCount }, "samples have the recipe's channels")
    loss = SegmentationLoss(channelWeights: recipe.channelWeights)
    if let checkpointFolder { try AtomicFile.makeFolder(checkpointFolder) }
  }

  /// The curve so far.
  public var curve: TrainingCurve { state.curve }

  /// Trains to the end of the recipe.
  ///
  /// - Parameters:
  /// When canceled, the state is saved after the current step and `CancellationError` is thrown.
  /// - Parameter resuming: Whether to continue from the folder's checkpoint, which must exist.
  /// - Returns: The averaged weights.
  /// - Throws: `TrainingError`, `NetworkError`, `FileError`, `CancellationError`.
  public func run(resuming: Bool = false, onEvent: (TrainingEvent) -> Void = { _ in }) throws -> [String: Tensor] {
    let cancellation = Cancellation.current
    // A step that stopped halfway would leave weights that no step has made.
    return try Cancellation.polling(.never) { try run(resuming: resuming, until: cancellation, onEvent: onEvent) }
  }

  private func run(resuming: Bool, until cancellation: Cancellation, onEvent: (TrainingEvent) -> Void) throws -> [String: Tensor] {
    if resuming { try resume(onEvent) }
    let clock = ContinuousClock()
    let start = clock.now
    let firstStep = stepsDone
    while state.position.phase < recipe.phases.count {
      let phase = recipe.phases[state.position.phase]
      guard plan.stepCount(phase: state.position.phase) > 0 else {
        state.position.endEpoch(of: recipe)
        continue
      }
      if state.position.epoch == 0, state.position.batch == 0 { state.optimizer.reset() }
      let batches = plan.batches(phase: state.position.phase, epoch: state.position.epoch)
      var upcoming: UpcomingBatch?
      while state.position.batch < batches.count {
        let batch = try upcoming?.value() ?? drawing(state.position.batch, of: batches)()
        let next = state.position.batch + 1
        upcoming = next < batches.count && Parallel.threadCount > 1 ? UpcomingBatch(drawing(next, of: batches)) : nil
        let value = try step(batch)
        let done = stepsDone
        let elapsed = (clock.now - start) / .seconds(1)
        onEvent(
          .step(
            TrainingProgress(
              phase: phase.name, epoch: state.position.epoch + 1, epochs: phase.epochs, step: done, steps: plan.stepCount, loss: value,
              secondsLeft: elapsed / Double(max(1, done - firstStep)) * Double(plan.stepCount - done))))
        if state.position.batch < batches.count { try stopIfCancelled(cancellation) }
      }
      try endEpoch(batchCount: batches.count, onEvent)
      try stopIfCancelled(cancellation)
    }
    return state.networkWeights
  }

  /// For each goal the averaged weights of the encoder's features and, last, the bias; nil for a recipe that does not learn scores.
  var scoreRows: [[Float]]? { state.scoreRows }

  private var checkpointPath: String? { checkpointFolder.map { "\($0)/checkpoint.safetensors" } }

  /// Tells one training from another: the recipe and the samples it is used on.
  private var fingerprint: String { Self.fingerprint(recipe, samples, start) }

  /// The fingerprints of this training and of those that it goes on from: the same recipe without its last phases.
  private var ancestors: [String] {
    (1...recipe.phases.count).reversed().map { count in
      var recipe = recipe
      recipe.phases.removeSubrange(count...)
      return Self.fingerprint(recipe, samples, start)
    }
  }

  private static func fingerprint(_ recipe: TrainingRecipe, _ samples: [TrainingSample], _ start: String) -> String {
    var text = recipe.json.description + start
    for sample in samples where sample.kind != .scored || recipe.learnsScores {
      text += "\n\(sample.id) \(sample.isKnown) \(hash(of: sample.truth))"
    }
    return String(hash(of: text.utf8), radix: 16)
  }

  private static func hash(of bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func digest(_ weights: [String: Tensor]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for (_, tensor) in weights.sorted(by: { $0.key < $1.key }) {
      for value in tensor.values { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3 }
    }
    return String(hash, radix: 16)
  }

  private var stepsDone: Int {
    let earlier = (0..<min(state.position.phase, recipe.phases.count)).reduce(0) { $0 + plan.stepCount(phase: $1) }
    guard state.position.phase < recipe.phases.count else { return earlier }
    return earlier + state.position.epoch * plan.batchCount(phase: state.position.phase) + state.position.batch
  }

  private func resume(_ onEvent: (TrainingEvent) -> Void) throws {
    guard let path = checkpointPath, access(path, F_OK) == 0 else { throw TrainingError.nothingToResume(folder: checkpointFolder ?? "") }
    try state.load(from: path, fingerprints: ancestors)
    onEvent(.resumed(step: stepsDone, of: plan.stepCount))
  }

  /// What draws a batch of the epoch at hand, on any thread: it depends on the recipe, the samples and the place in the plan alone.
  private func drawing(_ batch: Int, of batches: [[Int]]) -> @Sendable () throws -> TrainingBatch {
    let position = state.position
    let generator = plan.generator(phase: position.phase, epoch: position.epoch, batch: batch)
    let weight = recipe.phases[position.phase].othersLungWeight
    return { [recipe, samples] in
      try TrainingBatch(batches[batch], of: samples, recipe: recipe, othersLungWeight: weight, generator: generator)
    }
  }

  private func step(_ batch: TrainingBatch) throws -> Double {
    let position = state.position
    let phase = recipe.phases[position.phase]
    let output = try state.network.forward(batch.images, training: true)
    let value = try loss.value(of: output.logits, target: batch.target)
    var total = value.loss
    if let head = state.scoreHead, phase.scoredRepeats > 0 {
      var gradient = value.gradient
      total += ZoneLoss.add(to: &gradient, logits: output.logits, bits: batch.target.bits, zones: batch.zones, weight: recipe.zoneWeight)
      let scores = head.backward(output.features, scores: batch.scores, weight: recipe.scoreWeight)
      total += scores.loss
      try state.network.backward(gradient, featuresGradient: scores.gradient)
    } else {
      try state.network.backward(value.gradient)
    }
    let norm = GradientClipping.clip(state.learned, to: recipe.gradientLimit)
    guard total.isFinite, norm.isFinite else { throw TrainingError.diverged(phase: phase.name, epoch: position.epoch + 1) }
    let setting = phase.schedule.setting(
      step: position.epoch * plan.batchCount(phase: position.phase) + position.batch, total: plan.stepCount(phase: position.phase),
      peak: phase.peakRate)
    try state.optimizer.update(rate: Float(setting.rate), firstDecay: Float(setting.firstDecay))
    state.average.update()
    state.position.batch += 1
    state.position.lossSum += total
    for (channel, dice) in value.dice.enumerated() {
      guard let dice else { continue }
      state.position.diceSums[channel] += dice
      state.position.diceCounts[channel] += 1
    }
    return total
  }

  private func endEpoch(batchCount: Int, _ onEvent: (TrainingEvent) -> Void) throws {
    let position = state.position
    let phase = recipe.phases[position.phase]
    let isDue = (position.epoch + 1) % max(1, evaluationInterval) == 0 || position.epoch + 1 == phase.epochs
    let point = TrainingCurve.Point(
      phase: phase.name, epoch: state.curve.points.count + 1, loss: position.lossSum / Double(batchCount),
      trainingDice: zip(position.diceSums, position.diceCounts).map { $0 / max(1, $1) },
      heldOut: isDue && !heldOut.isEmpty ? try HeldOutEvaluation.score(of: state.networkWeights, recipe: recipe, samples: heldOut) : nil)
    state.curve.points.append(point)
    state.position.endEpoch(of: recipe)
    try save()
    onEvent(.epoch(point))
  }

  private func save() throws {
    guard let checkpointFolder, let checkpointPath else { return }
    try state.save(to: checkpointPath, fingerprint: fingerprint)
    try AtomicFile.write(state.curve.jsonLines, to: "\(checkpointFolder)/curves.jsonl")
    try AtomicFile.write(try state.curve.figure.png(), to: "\(checkpointFolder)/curves.png", for: .program)
  }

  private func stopIfCancelled(_ cancellation: Cancellation) throws {
    do {
      try cancellation.check()
    } catch {
      try save()
      throw error
    }
  }
}
