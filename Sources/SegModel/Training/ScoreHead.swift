import ImageOps
import Network

/// A linear layer from the encoder's pooled features to readers' scores, trained together with the network so that the encoder learns what readers see.
final class ScoreHead {
  /// Goals × features.
  let weight: Parameter
  let bias: Parameter
  let featureCount: Int

  static let prefix = "score_head."
  static let weightName = prefix + "weight"

  private static let goals = ReaderScores.Goal.allCases

  /// All zero but for the bias, which begins near the mean of readers' scores.
  init(featureCount: Int) {
    self.featureCount = featureCount
    weight = Parameter(name: Self.weightName, shape: [Self.goals.count, featureCount], decays: true)
    bias = Parameter(name: Self.prefix + "bias", shape: [Self.goals.count], decays: false)
    bias.values.values = Self.goals.map { _ in 0.4 }
  }

  var parameters: [Parameter] { [weight, bias] }

  /// Starts from a trained layer; one of another number of features is left aside.
  func load(_ layer: ScoreLayer) {
    guard layer.rows.allSatisfy({ $0.count == featureCount + 1 }) else { return }
    weight.values.values = layer.rows.flatMap { $0.dropLast() }
    bias.values.values = layer.rows.map { $0[featureCount] }
  }

  /// The loss of a batch, its derivative by the features, and in `parameters` that by the layer's own weights.
  ///
  /// For goal g, σ weight · mean over the images with a score of (prediction − score)², scores as shares of the full score.
  /// - Parameters:
  ///   - features: N×features×1×1.
  ///   - scores: one an image.
  func backward(_ features: Tensor, scores: [ReaderScores], weight lossWeight: Double) -> (loss: Double, gradient: Tensor) {
    let images = features.shape[0]
    precondition(features.shape[1] == featureCount && scores.count == images, "features and scores of one batch")
    var loss = 0.0
    var weightGradient = [Float](repeating: 0, count: weight.count)
    var biasGradient = [Float](repeating: 0, count: bias.count)
    let (w, b, f) = (weight.values.values, bias.values.values, features.values)
    var g = [Float](repeating: 0, count: f.count)
    for goal in Self.goals {
      let known = scores.indices.filter { scores[$0][goal] != nil }
      guard !known.isEmpty else { continue }
      let row = goal.rawValue * featureCount
      for image in known {
        let start = image * featureCount
        var prediction = b[goal.rawValue]
        for index in 0..<featureCount { prediction += w[row + index] * f[start + index] }
        let error = Double(prediction) - (scores[image][goal] ?? 0)
        loss += lossWeight * error * error / Double(known.count)
        let slope = Float(2 * lossWeight * error / Double(known.count))
        biasGradient[goal.rawValue] += slope
        for index in 0..<featureCount {
          weightGradient[row + index] += slope * f[start + index]
          g[start + index] += slope * w[row + index]
        }
      }
    }
    weight.gradients.values = weightGradient
    bias.gradients.values = biasGradient
    return (loss, Tensor(shape: features.shape, values: g))
  }
}
