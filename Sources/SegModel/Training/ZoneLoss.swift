import ImageOps
import Network
internal import Platform

/// What a zone's Brixia score says of the opacity in it, as a loss on the zone's mean probability, for images whose opacity was not drawn.
///
/// For each score there is a range in which the drawn share of a zone lies as a rule; a mean probability m outside it costs the Kullback-Leibler divergence
/// of the range's nearer end from m, averaged over the zones of an image and summed over images.
struct ZoneLoss {
  /// Shares that zones of score 0, 1, 2, 3 have: about the middle nine tenths of the zones whose opacity was drawn.
  static let ranges: [ClosedRange<Double>] = [0...0.02, 0.03...0.6, 0.15...0.85, 0.4...0.98]
  /// Zones with fewer pixels say nothing.
  static let leastArea = 30

  /// Adds the derivative by the opacity logits to `gradient` and gives the loss of the batch.
  /// - Parameters:
  ///   - bits: truth bits with lungs and thirds (`TrainingSample.truth`); N×H×W.
  ///   - zones: scores of A-F of each image as it is shown; nil where the image takes no part.
  static func add(to gradient: inout Tensor, logits: Tensor, bits: [UInt8], zones: [[Double]?], weight: Double) -> Double {
    let (images, channels) = (logits.shape[0], logits.shape[1])
    let plane = logits.shape[2] * logits.shape[3]
    precondition(bits.count == images * plane && zones.count == images, "truth of the batch")
    let scored = zones.count { $0 != nil }
    guard scored > 0 else { return 0 }
    var loss = 0.0
    logits.withUnsafeBufferPointer { z in
      gradient.withUnsafeMutableBufferPointer { g in
        for (image, scores) in zones.enumerated() {
          guard let scores else { continue }
          let start = (image * channels + SegmentationChannel.opacity.rawValue) * plane
          var sums = [Double](repeating: 0, count: LungZone.allCases.count)
          var areas = [Int](repeating: 0, count: LungZone.allCases.count)
          for pixel in 0..<plane {
            guard let zone = TrainingSample.zone(bits[image * plane + pixel]) else { continue }
            sums[zone] += Double(Activation.sigmoid(z[start + pixel]))
            areas[zone] += 1
          }
          let present = areas.indices.filter { areas[$0] >= leastArea }
          guard !present.isEmpty else { continue }
          let share = weight / Double(scored * present.count)
          var slopes = [Float](repeating: 0, count: LungZone.allCases.count)
          for zone in present {
            let range = ranges[min(max(Int(scores[zone].rounded()), 0), 3)]
            let mean = min(max(sums[zone] / Double(areas[zone]), 1e-4), 1 - 1e-4)
            guard !range.contains(mean) else { continue }
            let end = mean < range.lowerBound ? range.lowerBound : range.upperBound
            loss += share * divergence(end, mean)
            slopes[zone] = Float(share * (mean - end) / (mean * (1 - mean)) / Double(areas[zone]))
          }
          for pixel in 0..<plane {
            guard let zone = TrainingSample.zone(bits[image * plane + pixel]), slopes[zone] != 0 else { continue }
            let p = Activation.sigmoid(z[start + pixel])
            g[start + pixel] += slopes[zone] * p * (1 - p)
          }
        }
      }
    }
    return loss
  }

  /// Of Bernoulli distributions, `mean` strictly between 0 and 1.
  private static func divergence(_ truth: Double, _ mean: Double) -> Double {
    (truth > 0 ? truth * log(truth / mean) : 0) + (truth < 1 ? (1 - truth) * log((1 - truth) / (1 - mean)) : 0)
  }
}
