/// What a training tells while it runs.
public enum TrainingEvent: Sendable {
  /// Cases read so far.
  case reading(done: Int, of: Int)
  /// A checkpoint was found; this many steps are done already.
  case resumed(step: Int, of: Int)
  case step(TrainingProgress)
  case epoch(TrainingCurve.Point)
  /// The check of images is being fitted.
  case fittingCheck
}

/// How far a training has come.
public struct TrainingProgress: Sendable {
  public let phase: String
  /// Counted from 1.
  public let epoch: Int
  public let epochs: Int
  /// Steps done, of all phases.
  public let step: Int
  public let steps: Int
  public let loss: Double
  /// Estimated from the steps of this run; nil before there are any.
  public let secondsLeft: Double?

  /// Share of the steps that is done, 0...1.
  public var fraction: Double { steps > 0 ? Double(step) / Double(steps) : 1 }
}

/// What was measured epoch by epoch.
public struct TrainingCurve: Sendable, Equatable {
  /// One epoch.
  public struct Point: Sendable, Equatable {
    public var phase: String
    /// Counted from 1, over all phases.
    public var epoch: Int
    /// Mean over the epoch's batches.
    public var loss: Double
    /// Mean soft Dice of right lung, left lung and opacity on the altered training images.
    public var trainingDice: [Double]
    /// Of the averaged weights on the cases held out; nil where none are or this epoch was not evaluated.
    public var heldOut: HeldOutScore?
  }

  /// Dice of the averaged weights on cases held out, at working resolution, mirrored at test time.
  public struct HeldOutScore: Sendable, Equatable {
    public var lungs: Double
    public var opacityMean: Double
    public var opacityMedian: Double
  }

  public var points: [Point] = []

  /// One JSON object a line.
  public var jsonLines: String { points.map { "\($0.json)\n" }.joined() }
}

extension TrainingCurve.Point {
  var json: JSON {
    var members: [JSON.Member] = [
      JSON.Member("phase", .string(phase)), JSON.Member("epoch", .number(Double(epoch))), JSON.Member("loss", .number(loss)),
      JSON.Member("training_dice", .array(trainingDice.map(JSON.number))),
    ]
    if let heldOut {
      members.append(JSON.Member("lungs_dice", .number(heldOut.lungs)))
      members.append(JSON.Member("opacity_dice_mean", .number(heldOut.opacityMean)))
      members.append(JSON.Member("opacity_dice_median", .number(heldOut.opacityMedian)))
    }
    return .object(members)
  }

  init?(_ json: JSON) {
    guard let phase = json["phase"]?.stringValue, let epoch = json["epoch"]?.integerValue, let loss = json["loss"]?.numberValue,
      let dice = json["training_dice"]?.numbersValue
    else { return nil }
    var heldOut: TrainingCurve.HeldOutScore?
    if let lungs = json["lungs_dice"]?.numberValue, let mean = json["opacity_dice_mean"]?.numberValue,
      let median = json["opacity_dice_median"]?.numberValue
    {
      heldOut = TrainingCurve.HeldOutScore(lungs: lungs, opacityMean: mean, opacityMedian: median)
    }
    self.init(phase: phase, epoch: epoch, loss: loss, trainingDice: dice, heldOut: heldOut)
  }
}
