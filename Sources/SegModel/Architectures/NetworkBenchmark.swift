import ImageOps

/// Timings of the reference network, `unet-resnet18`, with random weights and input; comparable with other engines' on the same machine alone.
public enum NetworkBenchmark: String, CaseIterable, Sendable {
  /// One prediction, batch 1 by default.
  case forward = "unet-resnet18-forward"
  /// Forward pass, Dice and cross-entropy, backward pass and AdamW, batch 8 by default.
  case trainStep = "unet-resnet18-train-step"

  /// What was measured.
  public struct Timing: Sendable {
    public let name: String
    public let size: Int
    public let threads: Int
    public let batch: Int
    /// Wall time of each repeat, after two that are not counted.
    public let seconds: [Double]

    public var minimum: Double { seconds.min() ?? 0 }
    public var median: Double {
      let sorted = seconds.sorted()
      let middle = sorted.count / 2
      guard let last = sorted.last else { return 0 }
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[max(0, middle - 1)] + (middle < sorted.count ? sorted[middle] : last)) / 2
    }
  }

  /// Measures this case.
  ///
  /// - Parameters:
  ///   - size: side of the square input in pixels; a multiple of 32 for `trainStep`.
  ///   - threads: number of threads, `Parallel.threadCount` by default.
  ///   - repeats: number of measurements, at least 1.
  ///   - width: the network's width.
  /// - Throws: `NetworkError` for sizes that the network does not take; `CancellationError`.
  public func run(
    size: Int = 256, threads: Int? = nil, batch: Int? = nil, repeats: Int = 10, width: Int = 64, polling cancellation: Cancellation = .never
  ) throws -> Timing {
    let before = Parallel.threadCount
    Parallel.threadCount = threads ?? before
    defer { Parallel.threadCount = before }
    let batch = batch ?? (self == .forward ? 1 : 8)
    let configuration = try UNetConfiguration(classes: 2, width: width)
    guard size > 0, batch > 0, Tensor.count(of: [batch, 2, size, size]) != nil else {
      throw NetworkError.wrongInputShape(expected: "N×1×H×W", found: [batch, 1, size, size])
    }
    var random = NormalGenerator(seed: 1)
    let input = Tensor(shape: [batch, 1, size, size], values: (0..<batch * size * size).map { _ in Float(random.next()) })
    let work = try step(configuration, input, cancellation)
    var seconds: [Double] = []
    for turn in 0..<max(1, repeats) + 2 {
      try cancellation.check()
      let time = try ContinuousClock().measure(work)
      if turn >= 2 { seconds.append(Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18) }
    }
    return Timing(name: rawValue, size: size, threads: Parallel.threadCount, batch: batch, seconds: seconds)
  }

  private func step(_ configuration: UNetConfiguration, _ input: Tensor, _ cancellation: Cancellation) throws -> () throws -> Void {
    let network = UNet(configuration, seed: 1)
    switch self {
    case .forward:
      let prepared = try InferenceNetwork(configuration, weights: network.weights)
      return { _ = try prepared.predict(input, polling: cancellation) }
    case .trainStep:
      let optimiser = AdamW(network.parameters)
      let loss = SegmentationLoss(channelWeights: [1, 1])
      let target = SegmentationLoss.Target(
        bits: (0..<input.count).map { UInt8($0 / 7 % 4) }, known: [Float](repeating: 1, count: 2 * input.shape[0]))
      return {
        let output = try network.forward(input, training: true)
        try network.backward(loss.value(of: output.logits, target: target).gradient)
        try optimiser.update(rate: 1e-3)
      }
    }
  }
}
