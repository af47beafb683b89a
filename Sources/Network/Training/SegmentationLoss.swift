import Basics
internal import Platform

/// Soft Dice plus binary cross-entropy over independent (sigmoid) channels; each image counts only in the channels whose reference is known.
///
/// For image n and channel c with logits z, reference t in 0...1 and p = σ(z):
/// term = mean(BCE(z, t)) + 1 − (2 Σpt + 1) / (Σp + Σt + 1).
/// The loss is Σ_c weight_c · Σ_n known_nc term_nc / Σ_n known_nc, without the channels that no image of the batch knows.
public struct SegmentationLoss: Sendable {
  /// The weight of each channel.
  public let channelWeights: [Float]

  /// Creates a loss; the number of weights is the number of channels, at most 8.
  public init(channelWeights: [Float]) { self.channelWeights = channelWeights }

  /// The reference of a batch.
  public struct Target: Sendable {
    /// The reference of each pixel, bit c for channel c; N×H×W, row-major.
    public var bits: [UInt8]
    /// The weight of image n in channel c, 0 if the reference is unknown; N×C.
    public var known: [Float]
    /// Creates a target.
    public init(bits: [UInt8], known: [Float]) {
      self.bits = bits
      self.known = known
    }
  }

  /// The loss of a batch and its derivative by the logits.
  public struct Value: Sendable {
    /// The loss.
    public let loss: Double
    /// The soft Dice of each channel, averaged over the images that know it; nil if none does.
    public let dice: [Double?]
    /// The derivative by the logits, with their shape.
    public let gradient: Tensor
  }

  /// Computes the loss of a batch and its derivative.
  /// - Parameter logits: N×C×H×W, with as many channels as weights (at most 8).
  /// - Precondition: The target has the batch's size.
  /// - Complexity: O(elements); planes are summed each by one thread in `Double`, so results do not depend on the number of threads.
  public func value(of logits: Tensor, target: Target) throws -> Value {
    let channels = channelWeights.count
    precondition(logits.rank == 4 && logits.shape[1] == channels && channels <= 8, "logits of as many channels as weights")
    let images = logits.shape[0]
    let plane = logits.shape[2] * logits.shape[3]
    precondition(target.bits.count == images * plane && target.known.count == images * channels, "the target has the batch's size")
    let totals = (0..<channels).map { channel in
      (0..<images).reduce(Float(0)) { $0 + target.known[$1 * channels + channel] }
    }
    var gradient = Tensor(shape: logits.shape)
    var terms = [PlaneTerm](repeating: PlaneTerm(), count: images * channels)
    try logits.withUnsafeBufferPointer { z in
      try gradient.withUnsafeMutableBufferPointer { g in
        try terms.withUnsafeMutableBufferPointer { terms in
          // Each band is one plane with its own term and gradient.
          nonisolated(unsafe) let (z, g, terms) = (z, g, terms)
          try Parallel.forEachBand(of: images * channels, grain: 1) { band in
            for item in band where target.known[item] > 0 {
              let (image, channel) = (item / channels, item % channels)
              let share = channelWeights[channel] * target.known[item] / totals[channel]
              terms[item] = target.bits.withUnsafeBufferPointer { bits in
                Self.plane(
                  UnsafeBufferPointer(rebasing: z[item * plane..<(item + 1) * plane]),
                  bits: UnsafeBufferPointer(rebasing: bits[image * plane..<(image + 1) * plane]), bit: UInt8(channel), share: share,
                  gradient: UnsafeMutableBufferPointer(rebasing: g[item * plane..<(item + 1) * plane]))
              }
            }
          }
        }
      }
    }
    var loss = 0.0
    var dice = [Double?](repeating: nil, count: channels)
    for channel in 0..<channels where totals[channel] > 0 {
      var sum = 0.0
      var diceSum = 0.0
      for image in 0..<images {
        let known = Double(target.known[image * channels + channel])
        sum += known * (terms[image * channels + channel].entropy + 1 - terms[image * channels + channel].dice)
        diceSum += known * terms[image * channels + channel].dice
      }
      loss += Double(channelWeights[channel]) * sum / Double(totals[channel])
      dice[channel] = diceSum / Double(totals[channel])
    }
    return Value(loss: loss, dice: dice, gradient: gradient)
  }

  private struct PlaneTerm {
    var entropy = 0.0
    var dice = 0.0
  }

  private static func plane(
    _ z: UnsafeBufferPointer<Float>, bits: UnsafeBufferPointer<UInt8>, bit: UInt8, share: Float,
    gradient: UnsafeMutableBufferPointer<Float>
  ) -> PlaneTerm {
    var entropy = 0.0
    var overlap = 0.0
    var predicted = 0.0
    var actual = 0.0
    for index in z.indices {
      let logit = z[index]
      let t = Float(bits[index] >> bit & 1)
      let decay = expf(-abs(logit))
      let p = (logit >= 0 ? 1 : decay) / (1 + decay)
      entropy += Double(max(logit, 0) - logit * t + log1pf(decay))
      overlap += Double(p * t)
      predicted += Double(p)
      actual += Double(t)
      gradient[index] = p
    }
    let denominator = predicted + actual + 1
    let dice = (2 * overlap + 1) / denominator
    let perPixel = share / Float(max(1, z.count))
    let inside = share * Float(dice / denominator - 2 / denominator)
    let outside = share * Float(dice / denominator)
    for index in z.indices {
      let p = gradient[index]
      let isInside = bits[index] >> bit & 1 == 1
      gradient[index] = (p - (isInside ? 1 : 0)) * perPixel + (isInside ? inside : outside) * p * (1 - p)
    }
    return PlaneTerm(entropy: entropy / Double(max(1, z.count)), dice: dice)
  }
}
