import Basics

/// A progress event of a training.
public enum TrainingEvent: Sendable {
  /// Cases have been read.
  case reading(done: Int, of: Int)
  /// Training continues from a checkpoint after this many steps.
  case resumed(step: Int, of: Int)
  /// A step is done.
  case step(TrainingProgress)
  /// An epoch is done.
  case epoch(TrainingCurve.Point)
  /// The image check is being fitted.
  case fittingCheck
}

/// The progress of a training.
public struct TrainingProgress: Sendable {
  /// The name of the phase.
  public let phase: String
  /// The epoch of the phase, from 1.
  public let epoch: Int
  /// The number of epochs of the phase.
  public let epochs: Int
  /// The steps done, of all phases.
  public let step: Int
  /// The number of steps of all phases.
  public let steps: Int
  /// The loss of the last step.
  public let loss: Double
  /// The estimated remaining time in seconds, from the steps of this run; nil before there are any.
  public let secondsLeft: Double?

  /// The share of the steps that is done, 0...1.
  public var fraction: Double { steps > 0 ? Double(step) / Double(steps) : 1 }
}

/// The learning curve: measurements per epoch.
public struct TrainingCurve: Sendable, Equatable {
  /// The measurements of one epoch.
  public struct Point: Sendable, Equatable {
    /// The name of the phase.
    public var phase: String
    /// The epoch, from 1, over all phases.
    public var epoch: Int
    /// The mean loss of the epoch's batches.
    public var loss: Double
    /// The mean soft Dice of each channel (right lung, left lung and opacity, or structures) on the augmented training images.
    public var trainingDice: [Double]
    /// The Dice coefficients on held-out cases; nil if there are none or this epoch was not evaluated.
    public var heldOut: HeldOutScore?
  }

  /// Dice coefficients of the averaged weights on held-out cases at working resolution, averaged over the image and its mirror image.
  public struct HeldOutScore: Sendable, Equatable {
    /// The mean Dice coefficient of both lungs; 0 if no case has lungs.
    public var lungs: Double
    /// The mean Dice coefficient of opacity; 0 if no case has known opacity.
    public var opacityMean: Double
    /// The median Dice coefficient of opacity; 0 if no case has known opacity.
    public var opacityMedian: Double
    /// Of a training of structures, the mean Dice coefficient of each, and no others; 0 if no case has it drawn.
    public var structures: [Double]

    init(lungs: Double = 0, opacityMean: Double = 0, opacityMedian: Double = 0, structures: [Double] = []) {
      (self.lungs, self.opacityMean, self.opacityMedian, self.structures) = (lungs, opacityMean, opacityMedian, structures)
    }
  }

  /// The names of the channels, in the order of ``Point/trainingDice``.
  public var channels = SegmentationChannel.allCases.map(\.name)

  /// The epochs so far.
  public var points: [Point] = []

  /// The points as JSON lines, one object per line.
  public var jsonLines: String { points.map { "\($0.json)\n" }.joined() }
}

extension TrainingCurve.Point {
  var json: JSON {
    var members: [JSON.Member] = [
      JSON.Member("phase", .string(phase)), JSON.Member("epoch", .number(Double(epoch))), JSON.Member("loss", .number(loss)),
      JSON.Member("training_dice", .array(trainingDice.map(JSON.number))),
    ]
    if let heldOut, !heldOut.structures.isEmpty {
      members.append(JSON.Member("structures_dice", .array(heldOut.structures.map(JSON.number))))
    } else if let heldOut {
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
    var heldOut = json["structures_dice"]?.numbersValue.map { TrainingCurve.HeldOutScore(structures: $0) }
    if let lungs = json["lungs_dice"]?.numberValue, let mean = json["opacity_dice_mean"]?.numberValue,
      let median = json["opacity_dice_median"]?.numberValue
    {
      heldOut = TrainingCurve.HeldOutScore(lungs: lungs, opacityMean: mean, opacityMedian: median)
    }
    self.init(phase: phase, epoch: epoch, loss: loss, trainingDice: dice, heldOut: heldOut)
  }
}
