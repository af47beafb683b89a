import Basics
import Network

/// A network in training with all that the next step depends on.
final class TrainingState {
  let network: UNet
  /// What tells readers' scores; nil for a recipe that does not learn them.
  let scoreHead: ScoreHead?
  let optimizer: AdamW
  let average: WeightAverage
  var position: TrainingPosition
  var curve: TrainingCurve

  /// - Parameters:
  ///   - weights: those to start from; random ones for nil.
  ///   - scoreLayer: what the head starts from, where its features are as many; zero for nil.
  init(recipe: TrainingRecipe, from weights: [String: Tensor]? = nil, scoreLayer: ScoreLayer? = nil) throws {
    network = try UNet(recipe.configuration, seed: recipe.seed)
    position = TrainingPosition(channels: recipe.channelCount)
    curve = TrainingCurve()
    curve.channels = recipe.channelNames
    if let weights { try network.load(weights) }
    scoreHead = recipe.learnsScores ? ScoreHead(featureCount: try recipe.configuration.featureCount) : nil
    if let scoreHead, let scoreLayer { scoreHead.load(scoreLayer) }
    let learned = network.parameters + (scoreHead?.parameters ?? [])
    optimizer = AdamW(learned, weightDecay: recipe.weightDecay) { parameter in
      parameter.name.hasPrefix(PretrainedEncoder.prefix) ? recipe.encoderRate : 1
    }
    average = WeightAverage(of: learned + network.buffers, decay: recipe.averageDecay)
  }

  /// Everything that the optimizer moves.
  var learned: [Parameter] { network.parameters + (scoreHead?.parameters ?? []) }

  /// The averaged weights of the network alone.
  var networkWeights: [String: Tensor] { average.weights.filter { !$0.key.hasPrefix(ScoreHead.prefix) } }

  /// The averaged weights of the head by goal, each with its bias last.
  var scoreRows: [[Float]]? {
    guard let scoreHead, let weight = average.weights[scoreHead.weight.name]?.values,
      let bias = average.weights[scoreHead.bias.name]?.values
    else { return nil }
    return bias.indices.map { Array(weight[$0 * scoreHead.featureCount..<($0 + 1) * scoreHead.featureCount]) + [bias[$0]] }
  }

  /// Every array of the state under the name it has in a checkpoint, in a fixed order.
  private var buffers: [(name: String, shape: [Int], buffer: FloatBuffer)] {
    let all = learned + network.buffers
    return all.map { ("weights/\($0.name)", $0.shape, $0.values) }
      + zip(all, average.averages).map { ("average/\($0.name)", $0.shape, $1) }
      + zip(learned, optimizer.firstMoments).map { ("moment1/\($0.name)", $0.shape, $1) }
      + zip(learned, optimizer.secondMoments).map { ("moment2/\($0.name)", $0.shape, $1) }
  }

  /// Replaces the checkpoint at `path`, at once or not at all.
  func save(to path: String, fingerprint: String) throws {
    let tensors = buffers.map { Safetensors.Content(name: $0.name, shape: $0.shape, values: $0.buffer.values) }
    try Safetensors.write(
      tensors,
      metadata: [
        "fingerprint": fingerprint, "position": position.json.description, "curve": curve.jsonLines,
        "optimiser_step": "\(optimizer.step)", "average_updates": "\(average.updates)",
      ], to: path)
  }

  /// Takes up a checkpoint.
  /// - Parameter fingerprints: of the trainings that it may belong to. One that ended before scores were learned has no head; it begins as it was made.
  /// - Throws: `TrainingError.otherRecipe` when it was made by another recipe or from other samples, `.damagedCheckpoint`.
  func load(from path: String, fingerprints: [String]) throws {
    let file = try Safetensors(path: path)
    func text(_ key: String) throws(TrainingError) -> String {
      guard let value = file.metadata[key] else { throw .damagedCheckpoint(path: path, missing: key) }
      return value
    }
    guard fingerprints.contains(try text("fingerprint")) else { throw TrainingError.otherRecipe(path: path) }
    guard let position = TrainingPosition(try JSON(parsing: try text("position"))) else {
      throw TrainingError.damagedCheckpoint(path: path, missing: "position")
    }
    guard let step = Int(try text("optimiser_step")), let updates = Int(try text("average_updates")), step >= 0, updates >= 0 else {
      throw TrainingError.damagedCheckpoint(path: path, missing: "optimiser_step")
    }
    var curve = TrainingCurve()
    curve.channels = self.curve.channels
    for line in try text("curve").split(separator: "\n") {
      guard let point = TrainingCurve.Point(try JSON(parsing: String(line))) else {
        throw TrainingError.damagedCheckpoint(path: path, missing: "curve")
      }
      curve.points.append(point)
    }
    let hasHead = file.entries["weights/\(ScoreHead.weightName)"] != nil
    for (name, shape, buffer) in buffers where hasHead || !name.contains(ScoreHead.prefix) {
      buffer.values = try file.floats(name, shape: shape)
    }
    optimizer.restore(step: step)
    average.restore(updates: updates)
    self.position = position
    self.curve = curve
  }
}

/// Where in its plan a training stands: before which batch, and the sums over the epoch so far.
struct TrainingPosition: Equatable {
  var phase = 0
  var epoch = 0
  var batch = 0
  var lossSum = 0.0
  var diceSums: [Double]
  var diceCounts: [Double]

  init(channels: Int) {
    diceSums = [Double](repeating: 0, count: channels)
    diceCounts = diceSums
  }

  /// Begins the next epoch or phase.
  mutating func endEpoch(of recipe: TrainingRecipe) {
    let (phase, epoch) = epoch + 1 < recipe.phases[phase].epochs ? (phase, epoch + 1) : (phase + 1, 0)
    self = TrainingPosition(channels: recipe.channelCount)
    (self.phase, self.epoch) = (phase, epoch)
  }

  var json: JSON {
    [
      "phase": .number(Double(phase)), "epoch": .number(Double(epoch)), "batch": .number(Double(batch)), "loss": .number(lossSum),
      "dice": .array(diceSums.map(JSON.number)), "dice_counts": .array(diceCounts.map(JSON.number)),
    ]
  }
}

extension TrainingPosition {
  init?(_ json: JSON) {
    guard let phase = json["phase"]?.integerValue, let epoch = json["epoch"]?.integerValue, let batch = json["batch"]?.integerValue,
      let loss = json["loss"]?.numberValue, let sums = json["dice"]?.numbersValue, let counts = json["dice_counts"]?.numbersValue,
      phase >= 0, epoch >= 0, batch >= 0, !sums.isEmpty, counts.count == sums.count
    else { return nil }
    (self.phase, self.epoch, self.batch, lossSum, diceSums, diceCounts) = (phase, epoch, batch, loss, sums, counts)
  }
}
