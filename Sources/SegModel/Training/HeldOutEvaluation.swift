import Basics
import ImageOps
import Network

/// A quick look at how averaged weights do on cases held out, at working resolution.
enum HeldOutEvaluation {
  /// Mean of the probabilities of an image and of its mirror image, right and left lung exchanged: three planes of `side * side`.
  static func probabilities(of sample: TrainingSample, network: InferenceNetwork) throws
    -> [Float]
  {
    try MirroredPrediction.probabilities(of: sample.pixels, side: sample.side, network: network, isMirrored: true).planes
  }

  static func score(of weights: [String: Tensor], recipe: TrainingRecipe, samples: [TrainingSample]) throws -> TrainingCurve.HeldOutScore {
    let network = try InferenceNetwork(try recipe.configuration, weights: weights)
    guard recipe.structures.isEmpty else {
      let dice = try structureDice(of: samples, network: network, channels: recipe.channelCount)
      return TrainingCurve.HeldOutScore(structures: dice.map { Statistics.mean($0) ?? 0 })
    }
    var lungs: [Double] = []
    var opacity: [Double] = []
    for sample in samples {
      let planes = try probabilities(of: sample, network: network)
      let plane = sample.truth.count
      if sample.isKnown[0] || sample.isKnown[1] {
        lungs.append(dice(plane) { (planes[$0] > 0.5 || planes[plane + $0] > 0.5, sample.truth[$0] & 3 != 0) })
      }
      if sample.isKnown[2] {
        opacity.append(dice(plane) { (planes[2 * plane + $0] > 0.5, sample.truth[$0] & 4 != 0) })
      }
    }
    return TrainingCurve.HeldOutScore(
      lungs: Statistics.mean(lungs) ?? 0, opacityMean: Statistics.mean(opacity) ?? 0, opacityMedian: Statistics.median(opacity) ?? 0)
  }

  /// For each structure the Dice coefficients of the samples that know it.
  static func structureDice(of samples: [TrainingSample], network: InferenceNetwork, channels: Int, threshold: Float = 0.5) throws
    -> [[Double]]
  {
    var dice = [[Double]](repeating: [], count: channels)
    for sample in samples {
      let planes = try MirroredPrediction.probabilities(
        of: sample.pixels, side: sample.side, network: network, isMirrored: true, mirrored: Array(0..<channels)
      ).planes
      let plane = sample.truth.count
      for channel in 0..<channels where sample.isKnown[channel] {
        dice[channel].append(
          Self.dice(plane) { (planes[channel * plane + $0] >= threshold, sample.truth[$0] >> UInt8(channel) & 1 == 1) })
      }
    }
    return dice
  }

  private static func dice(_ count: Int, _ pixel: (Int) -> (predicted: Bool, actual: Bool)) -> Double {
    var (overlap, sum) = (0, 0)
    for index in 0..<count {
      let (predicted, actual) = pixel(index)
      if predicted && actual { overlap += 1 }
      sum += (predicted ? 1 : 0) + (actual ? 1 : 0)
    }
    return sum == 0 ? 1 : 2 * Double(overlap) / Double(sum)
  }
}
