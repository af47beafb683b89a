import ImageOps
import SegModel

extension Benchmark {
  /// The study's network at its full width, with random weights: their values do not change the work.
  static let networks: [Benchmark] = [
    Benchmark("unet-resnet18-forward", "Forward pass of the U-Net with a ResNet-18 encoder, one picture.", size: 256) { size in
      let configuration = try UNetConfiguration(classes: 2)
      let network = try InferenceNetwork(configuration, weights: UNet(configuration, seed: 0).weights)
      let input = noise([1, 1, size, size])
      return { _ = try network.predict(input, polling: cancellation) }
    },
    Benchmark("unet-resnet18-train-step", "Forward, loss, backward and optimiser step of the same, 8 pictures.", size: 256) { size in
      let network = UNet(try UNetConfiguration(classes: 2), seed: 0)
      let input = noise([8, 1, size, size])
      let target = SegmentationLoss.Target(
        bits: [UInt8](repeating: 1, count: 8 * size * size), known: [Float](repeating: 1, count: 16))
      let loss = SegmentationLoss(channelWeights: [1, 1])
      let optimiser = AdamW(network.parameters)
      return {
        let output = try network.forward(input, training: true)
        try network.backward(try loss.value(of: output.logits, target: target).gradient)
        try optimiser.update(rate: 1e-4)
      }
    },
  ]

  private static func noise(_ shape: [Int]) -> Tensor {
    var generator = SeededGenerator(seed: 1)
    return Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(generator.normal()) })
  }
}
