import Network

/// The settings of a training: the same recipe on the same data yields the same bits.
public struct TrainingRecipe: Sendable, Equatable {
  /// A phase: epochs with their own mix of cases and schedule.
  public struct Phase: Sendable, Equatable {
    /// The name, for progress and curves.
    public var name: String
    /// The number of epochs, 0...100,000.
    public var epochs: Int
    /// The highest learning rate.
    public var peakRate: Double
    /// The schedule of the learning rate.
    public var schedule: LearningRateSchedule
    /// How often an epoch shows each case with drawn opacity, 0...100.
    public var opacityRepeats: Int
    /// The share of the other cases that an epoch shows, drawn again each time, 0...1.
    public var othersShare: Double
    /// The weight of the lungs of the other cases, since the two sources draw them by different rules.
    public var othersLungWeight: Float
    /// The number of phantoms per epoch; their reference is exact, and many are clear.
    public var phantoms: Int
    /// How often an epoch shows each case that was scored without drawn opacity, 0...100; above 0, scores are part of the loss.
    public var scoredRepeats: Int
    /// The number of clear cases per epoch that are at least as large as the network's square.
    public var clear: Int
    /// The number of smaller clear cases per epoch; they must not teach that blurred means clear.
    public var smallClear: Int
    /// The number of unlabeled cases per epoch with a teacher's opacity.
    public var taught: Int

    /// Creates a phase.
    public init(
      name: String, epochs: Int, peakRate: Double, schedule: LearningRateSchedule = .oneCycle, opacityRepeats: Int = 1,
      othersShare: Double = 1, othersLungWeight: Float = 1, phantoms: Int = 0, scoredRepeats: Int = 0,
      clear: Int = 0, smallClear: Int = 0, taught: Int = 0
    ) {
      self.name = name
      self.epochs = epochs
      self.peakRate = peakRate
      self.schedule = schedule
      self.opacityRepeats = opacityRepeats
      self.othersShare = othersShare
      self.othersLungWeight = othersLungWeight
      self.phantoms = phantoms
      self.scoredRepeats = scoredRepeats
      (self.clear, self.smallClear, self.taught) = (clear, smallClear, taught)
    }
  }

  /// The architecture of the network.
  public var architecture = Architecture.resNet18
  /// The width of the network (see ``UNetConfiguration``).
  public var width = 40
  /// The side of the square that images are resampled to; a multiple of 32 in 32...1024.
  public var side = 256
  /// How the images are prepared for the network.
  public var normalization = InputNormalization.film
  /// The batch size, 1...256.
  public var batch = 8
  /// Random seed.
  public var seed: UInt64 = 0
  /// The phases in order.
  public var phases: [Phase] = [
    Phase(name: "all", epochs: 10, peakRate: 2e-3, opacityRepeats: 2),
    Phase(name: "opacity", epochs: 100, peakRate: 1e-3, othersShare: 0.08, othersLungWeight: 0.3),
    Phase(name: "phantoms", epochs: 12, peakRate: 4e-4, othersShare: 0.08, othersLungWeight: 0.3, phantoms: 24),
    Phase(
      name: "scores", epochs: 40, peakRate: 7e-4, opacityRepeats: 2, othersShare: 0.08, othersLungWeight: 0.3, phantoms: 16,
      scoredRepeats: 1),
  ]
  /// The number of different phantoms for the phases that show some, 0...10,000.
  public var phantomCount = 48
  /// The weights of right lung, left lung and opacity in the loss.
  public var channelWeights: [Float] = [0.6, 0.6, 1.5]
  /// The weight of reader scores, predicted from the encoder's features, in the loss.
  public var scoreWeight = 6.0
  /// The weight of the opaque shares of the zones that readers scored in the loss.
  public var zoneWeight = 0.5
  /// Decoupled weight decay of ``AdamW``.
  public var weightDecay: Float = 1e-3
  /// The factor of the learning rate for the encoder, 0...1.
  public var encoderRate: Float = 1
  /// The largest norm of the gradients; see ``GradientClipping``.
  public var gradientLimit = 5.0
  /// The decay of the weight average per step; see ``WeightAverage``.
  public var averageDecay: Float = 0.98
  /// The augmentation of training images.
  public var augmentation = AugmentationRecipe()

  /// The structures to learn in place of lungs and opacity; empty for lungs and opacity.
  public var structures: [StructureName] = []

  /// Creates the recipe for a U-Net with a ResNet-18 that is trained from scratch.
  public init() {}

  /// Returns the recipe for a network trained from scratch or from a pre-trained encoder. The latter takes one phase with a higher rate,
  /// in which the encoder's steps are half as large.
  public static func standard(for architecture: Architecture, encoder: PretrainedEncoder? = nil) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    guard encoder != nil || architecture != .resNet18 else { return recipe }
    recipe.architecture = architecture
    recipe.width = encoder?.width ?? architecture.fullWidth
    recipe.phases = [
      Phase(
        name: "all", epochs: 16, peakRate: 1.5e-3, opacityRepeats: 2, othersShare: 0.5, scoredRepeats: 1, clear: 130, smallClear: 30,
        taught: 120)
    ]
    recipe.weightDecay = 1e-2
    recipe.averageDecay = 0.995
    recipe.encoderRate = encoder == nil ? 1 : 0.5
    return recipe
  }

  /// Returns a short recipe to fine-tune a model: small steps over all cases, so that it adapts without forgetting.
  public static func fineTuning(_ model: SegmentationModel) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    (recipe.architecture, recipe.width, recipe.side) = (model.configuration.architecture, model.configuration.width, model.side)
    recipe.normalization = model.normalization
    recipe.batch = 4
    recipe.phases = [
      Phase(
        name: "fine-tuning", epochs: 10, peakRate: 1e-4, opacityRepeats: 2, othersShare: 0.4, othersLungWeight: 0.3, phantoms: 8,
        scoredRepeats: model.scoreLayer == nil ? 0 : 1, clear: 200, smallClear: 60, taught: 150)
    ]
    recipe.phantomCount = 24
    return recipe
  }

  /// Returns the recipe to learn structures, starting from the weights of a model; the head is new where the model has other channels.
  /// - Parameter phantoms: The number of phantoms per epoch, 0...10,000; they show the heart only.
  public static func structures(_ structures: [StructureName], from base: TrainedNetwork, phantoms: Int = 0) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    (recipe.architecture, recipe.width, recipe.side) = (base.configuration.architecture, base.configuration.width, base.side)
    (recipe.normalization, recipe.batch) = (base.normalization, 4)
    recipe.structures = structures
    recipe.channelWeights = structures.map { _ in 1 }
    recipe.phases = [Phase(name: "structures", epochs: 30, peakRate: 1e-3, opacityRepeats: 2, phantoms: phantoms)]
    recipe.phantomCount = phantoms
    recipe.encoderRate = 0.3
    return recipe
  }

  /// The number of channels that the network has.
  public var channelCount: Int { structures.isEmpty ? SegmentationChannel.allCases.count : structures.count }

  /// The names of the channels.
  var channelNames: [String] { structures.isEmpty ? SegmentationChannel.allCases.map(\.name) : structures.map(\.description) }

  /// For each channel the one that it is in a mirror image.
  var mirroredChannels: [Int] { structures.isEmpty ? SegmentationChannel.mirrored : Array(structures.indices) }

  /// Returns the recipe with other numbers of epochs, in the order of its phases; a missing number keeps the present one.
  public func with(epochs: [Int]) -> TrainingRecipe {
    var recipe = self
    for (index, count) in epochs.enumerated() where recipe.phases.indices.contains(index) { recipe.phases[index].epochs = count }
    return recipe
  }

  /// - Throws: `TrainingError.invalidRecipe` for a setting outside its range.
  func validate() throws {
    func check(_ name: String, _ holds: Bool, _ allowed: String) throws {
      guard holds else { throw TrainingError.invalidRecipe(setting: name, allowed: allowed) }
    }
    try check("size", (32...1024).contains(side) && side % 32 == 0, "a multiple of 32 in 32...1024")
    try check("batch", (1...256).contains(batch), "in 1...256")
    try check("epochs", phases.allSatisfy { (0...100_000).contains($0.epochs) }, "in 0...100000 for each phase")
    try check("epochs", phases.contains { $0.epochs > 0 }, "at least 1 in one of the phases")
    try check("opacityRepeats", phases.allSatisfy { (0...100).contains($0.opacityRepeats) }, "in 0...100")
    try check(
      "phantoms", (0...10_000).contains(phantomCount) && phases.allSatisfy { (0...phantomCount).contains($0.phantoms) },
      "in 0...phantomCount")
    for (name, counts) in [("clear", phases.map(\.clear)), ("smallClear", phases.map(\.smallClear)), ("taught", phases.map(\.taught))] {
      try check(name, counts.allSatisfy { (0...100_000).contains($0) }, "in 0...100000")
    }
    try check("scoredRepeats", phases.allSatisfy { (0...100).contains($0.scoredRepeats) }, "in 0...100")
    try check("encoderRate", (0...1).contains(encoderRate), "in 0...1")
    try check("othersShare", phases.allSatisfy { (0...1).contains($0.othersShare) }, "in 0...1")
    try check("structures", structures.count <= StructureName.limit, "at most \(StructureName.limit)")
    _ = try configuration
  }

  /// Whether some phase learns from readers' scores.
  var learnsScores: Bool { phases.contains { $0.scoredRepeats > 0 && $0.epochs > 0 } }

  /// The network that the recipe trains.
  public var configuration: UNetConfiguration {
    get throws { try UNetConfiguration(architecture, inChannels: 1, classes: channelCount, width: width) }
  }
}

/// An error in starting, running or resuming a training.
public enum TrainingError: Error, Equatable {
  /// A setting is out of range.
  case invalidRecipe(setting: String, allowed: String)
  /// The loss or a gradient is not finite.
  case diverged(phase: String, epoch: Int)
  /// The checkpoint belongs to another recipe or other data.
  case otherRecipe(path: String)
  /// The checkpoint lacks an entry.
  case damagedCheckpoint(path: String, missing: String)
  /// The folder has no checkpoint.
  case nothingToResume(folder: String)
}

extension TrainingError: CustomStringConvertible {
  /// The error as an English clause, with its cause and a way out where there is one.
  public var description: String {
    switch self {
    case .invalidRecipe(let setting, let allowed): "\(setting) must be \(allowed)"
    case .diverged(let phase, let epoch): "the loss is no longer a number in phase `\(phase)`, epoch \(epoch); try a lower learning rate"
    case .otherRecipe(let path):
      "\(path) was made by another recipe or from other data; give the same options, or another checkpoint folder"
    case .damagedCheckpoint(let path, let missing): "\(path) is no complete checkpoint: it lacks `\(missing)`"
    case .nothingToResume(let folder): "\(folder) holds no checkpoint to resume from"
    }
  }
}
