import Basics
import ImageOps
import Network

/// The network applied to one normalized square, and to its mirror image if asked for.
struct MirroredPrediction {
  /// Probabilities of the network's channels at working resolution, such as right lung, left lung, opacity.
  let planes: [Float]
  /// The encoder's pooled features.
  let features: [Float]
  /// Those of the image alone, without its mirror image.
  let ownFeatures: [Float]

  /// - Parameter mirrored: For each channel the one that it is in a mirror image.
  static func probabilities(
    of normalized: [Float], side: Int, network: InferenceNetwork, isMirrored: Bool, mirrored: [Int] = SegmentationChannel.mirrored
  ) throws -> MirroredPrediction {
    let straight = try apply(network, to: normalized, side: side, sources: Array(mirrored.indices), isFlipped: false)
    guard isMirrored else { return straight }
    let flipped = try apply(network, to: normalized, side: side, sources: mirrored, isFlipped: true)
    let planes: [Float] = try Parallel.filled(rows: mirrored.count * side, of: side) { band, target in
      for index in target.indices {
        let pixel = band.lowerBound * side + index
        target[index] = (straight.planes[pixel] + flipped.planes[pixel]) / 2
      }
    }
    return MirroredPrediction(
      planes: planes,
      features: zip(straight.features, flipped.features).map { ($0 + $1) / 2 }, ownFeatures: straight.features)
  }

  /// - Parameter sources: For each channel the output of the network that it comes from.
  private static func apply(
    _ network: InferenceNetwork, to normalized: [Float], side: Int, sources: [Int], isFlipped: Bool
  ) throws -> MirroredPrediction {
    var input = Tensor(shape: [1, 1, side, side])
    input.withUnsafeMutableBufferPointer { input in
      for row in 0..<side {
        for column in 0..<side {
          input[row * side + column] = InputNormalization.input(normalized[row * side + (isFlipped ? side - 1 - column : column)])
        }
      }
    }
    let output = try network.predict(input)
    let plane = side * side
    let planes: [Float] = try output.logits.withUnsafeBufferPointer { logits in
      // Only read, by all threads.
      nonisolated(unsafe) let logits = logits
      return try Parallel.filled(rows: sources.count * side, of: side) { band, target -> Void in
        for line in band {
          let (channel, row) = line.quotientAndRemainder(dividingBy: side)
          let start = sources[channel] * plane + row * side
          for column in 0..<side {
            let logit = logits[start + (isFlipped ? side - 1 - column : column)]
            target[(line - band.lowerBound) * side + column] = Activation.sigmoid(logit)
          }
        }
      }
    }
    let features = output.features.values
    return MirroredPrediction(planes: planes, features: features, ownFeatures: features)
  }
}
