import Basics
import Network
import SegModel

extension Benchmark {
  /// The networks at their full widths, with random weights: their values do not change the work.
  static let networks = Architecture.allCases.flatMap(network)

  private static func network(_ architecture: Architecture) -> [Benchmark] {
    [
      Benchmark("\(architecture.rawValue)-forward", "Forward pass of the U-Net with \(architecture.encoder), 1 image.", size: 256) {
        size in
        let configuration = try UNetConfiguration(architecture, classes: 2)
        let network = try InferenceNetwork(configuration, weights: UNet(configuration, seed: 0).weights)
        let input = noise([1, 1, size, size])
        return { _ = try network.predict(input) }
      },
      Benchmark(
        "\(architecture.rawValue)-train-step", "Training step of the same network (forward, loss, backward, optimizer), 8 images.",
        size: 256
      ) {
        size in
        let network = UNet(try UNetConfiguration(architecture, classes: 2), seed: 0)
        let input = noise([8, 1, size, size])
        let target = SegmentationLoss.Target(
          bits: [UInt8](repeating: 1, count: 8 * size * size), known: [Float](repeating: 1, count: 16))
        let loss = SegmentationLoss(channelWeights: [1, 1])
        let optimizer = AdamW(network.parameters)
        return {
          let output = try network.forward(input, training: true)
          try network.backward(try loss.value(of: output.logits, target: target).gradient)
          try optimizer.update(rate: 1e-4)
        }
      },
    ]
  }

  private static func noise(_ shape: [Int]) -> Tensor {
    var generator = SeededGenerator(seed: 1)
    return Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) })
  }
}
