import ImageOps

/// The network applied to one normalised square, and to its mirror image if asked for.
struct MirroredPrediction {
  /// Probabilities of the three channels at working resolution: right lung, left lung, opacity.
  let planes: [Float]
  /// The encoder's pooled features.
  let features: [Float]

  static func probabilities(
    of normalised: [Float], side: Int, network: InferenceNetwork, isMirrored: Bool, polling cancellation: Cancellation = .never
  ) throws -> MirroredPrediction {
    let straight = try apply(network, to: normalised, side: side, isFlipped: false, cancellation)
    guard isMirrored else { return straight }
    let flipped = try apply(network, to: normalised, side: side, isFlipped: true, cancellation)
    return MirroredPrediction(
      planes: zip(straight.planes, flipped.planes).map { ($0 + $1) / 2 },
      features: zip(straight.features, flipped.features).map { ($0 + $1) / 2 })
  }

  private static func apply(
    _ network: InferenceNetwork, to normalised: [Float], side: Int, isFlipped: Bool, _ cancellation: Cancellation
  ) throws -> MirroredPrediction {
    var input = Tensor(shape: [1, 1, side, side])
    input.withUnsafeMutableBufferPointer { input in
      for row in 0..<side {
        for column in 0..<side {
          input[row * side + column] = InputNormalisation.input(normalised[row * side + (isFlipped ? side - 1 - column : column)])
        }
      }
    }
    let output = try network.predict(input, polling: cancellation)
    let plane = side * side
    let planes = output.logits.withUnsafeBufferPointer { logits in
      [Float](unsafeUninitializedCapacity: 3 * plane) { target, count in
        for channel in 0..<3 {
          // In a mirror image the right lung is where the left one was.
          let source = isFlipped ? [1, 0, 2][channel] : channel
          for row in 0..<side {
            for column in 0..<side {
              let logit = logits[source * plane + row * side + (isFlipped ? side - 1 - column : column)]
              target[channel * plane + row * side + column] = Activation.sigmoid(logit)
            }
          }
        }
        count = 3 * plane
      }
    }
    return MirroredPrediction(planes: planes, features: output.features.values)
  }
}
