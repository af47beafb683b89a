/// Everything that decides what a training makes of its data: the same recipe on the same data gives the same bits.
public struct TrainingRecipe: Sendable, Equatable {
  /// A stretch of epochs with its own mix of cases and its own schedule.
  public struct Phase: Sendable, Equatable {
    public var name: String
    public var epochs: Int
    /// Highest learning rate.
    public var peakRate: Double
    public var schedule: LearningRateSchedule
    /// How often an epoch shows each case whose opacity was drawn.
    public var opacityRepeats: Int
    /// Share of the other cases that an epoch shows, drawn again each time, 0...1.
    public var othersShare: Double
    /// How much the lungs of the other cases count, since the two sources draw them by different rules.
    public var othersLungWeight: Float
    /// How many phantoms an epoch shows: lungs whose truth is exact, many of them clear.
    public var phantoms: Int
    /// How often an epoch shows each case that readers scored without drawing its opacity; above 0, scores are part of the loss.
    public var scoredRepeats: Int
    /// How many clear cases an epoch shows: those at least as large as the network's square, and smaller ones, which must not teach that blurred means clear.
    public var clear: Int
    public var smallClear: Int
    /// How many unlabeled cases an epoch shows with a teacher's opacity.
    public var taught: Int

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

  public var architecture = Architecture.resNet18
  /// Width of the network (see `UNetConfiguration`).
  public var width = 40
  /// Side of the square that images are brought to; a multiple of 32.
  public var side = 256
  public var batch = 8
  public var seed: UInt64 = 0
  public var phases: [Phase] = [
    Phase(name: "all", epochs: 10, peakRate: 2e-3, opacityRepeats: 2),
    Phase(name: "opacity", epochs: 100, peakRate: 1e-3, othersShare: 0.08, othersLungWeight: 0.3),
    Phase(name: "phantoms", epochs: 12, peakRate: 4e-4, othersShare: 0.08, othersLungWeight: 0.3, phantoms: 24),
    Phase(
      name: "scores", epochs: 40, peakRate: 7e-4, opacityRepeats: 2, othersShare: 0.08, othersLungWeight: 0.3, phantoms: 16,
      scoredRepeats: 1),
  ]
  /// Number of different phantoms that are made for the phases that show some.
  public var phantomCount = 48
  /// Weight of right lung, left lung and opacity in the loss.
  public var channelWeights: [Float] = [0.6, 0.6, 1.5]
  /// Weight of readers' scores, told from the encoder's features, and of the shares of the zones that they scored.
  public var scoreWeight = 6.0
  public var zoneWeight = 0.5
  public var weightDecay: Float = 1e-3
  /// What the learning rate of the encoder is multiplied by, 0...1.
  public var encoderRate: Float = 1
  /// Largest norm of a gradient.
  public var gradientLimit = 5.0
  /// Decay of the weight average a step.
  public var averageDecay: Float = 0.98
  public var augmentation = AugmentationRecipe()

  public init() {}

  /// The recipe for a network that starts from nothing, or from an encoder that was trained elsewhere: then one phase with a higher rate is enough,
  /// in which the encoder takes half the steps of the rest.
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

  /// A short recipe that starts from a model: small steps over all cases, so that what it knew is moved and not lost.
  public static func fineTuning(_ model: SegmentationModel) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    (recipe.architecture, recipe.width, recipe.side) = (model.configuration.architecture, model.configuration.width, model.side)
    recipe.batch = 4
    recipe.phases = [
      Phase(
        name: "fine-tuning", epochs: 10, peakRate: 1e-4, opacityRepeats: 2, othersShare: 0.4, othersLungWeight: 0.3, phantoms: 8,
        scoredRepeats: model.scoreLayer == nil ? 0 : 1, clear: 200, smallClear: 60, taught: 150)
    ]
    recipe.phantomCount = 24
    return recipe
  }

  /// The standard recipe with other numbers of epochs, in the order of its phases; a missing number keeps the standard.
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
    _ = try configuration
  }

  /// Whether some phase learns from readers' scores.
  var learnsScores: Bool { phases.contains { $0.scoredRepeats > 0 && $0.epochs > 0 } }

  /// The network that the recipe trains.
  public var configuration: UNetConfiguration {
    get throws { try UNetConfiguration(architecture, inChannels: 1, classes: SegmentationChannel.allCases.count, width: width) }
  }
}

/// Why a training cannot start, go on or be taken up again.
public enum TrainingError: Error, Equatable {
  case invalidRecipe(setting: String, allowed: String)
  case diverged(phase: String, epoch: Int)
  case otherRecipe(path: String)
  case damagedCheckpoint(path: String, missing: String)
  case nothingToResume(folder: String)
}

extension TrainingError: CustomStringConvertible {
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
