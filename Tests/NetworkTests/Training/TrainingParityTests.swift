import Testing

@testable import Network

/// The same weights, data, loss and optimizer as `Tools/fixtures/training.py`.
@Suite struct TrainingParityTests {
  private let batch = 4
  private let side = 64

  private func data(_ step: Int, seed: UInt64) -> (images: Tensor, target: SegmentationLoss.Target) {
    let blocks = hashedNoise("truth.\(step)", 3 * batch * 64, seed: seed)
    var pixels = hashedNoise("image.\(step)", batch * side * side, seed: seed)
    var bits = [UInt8](repeating: 0, count: pixels.count)
    for index in pixels.indices {
      let (image, pixel) = index.quotientAndRemainder(dividingBy: side * side)
      let block = image * 64 + pixel / side / 8 * 8 + pixel % side / 8
      for channel in 0..<3 where blocks[channel * batch * 64 + block] > 0 { bits[index] |= 1 << channel }
      pixels[index] *= 0.5
      if bits[index] & 1 != 0 { pixels[index] += 0.5 }
      if bits[index] & 2 != 0 { pixels[index] -= 0.5 }
      if bits[index] & 4 != 0 { pixels[index] += 1 }
    }
    let known: [Float] = [1, 1, 1, 1, 1, 0, 0.3, 1, 1, 1, 0.3, 1]
    return (Tensor(shape: [batch, 1, side, side], values: pixels), SegmentationLoss.Target(bits: bits, known: known))
  }

  @Test func `loss curve is PyTorch's`() throws {
    let reference = try Reference("training")
    let seed = UInt64(try reference.floats("seed")[0])
    let expected = try reference.floats("losses")
    #expect(expected.count == 20)
    let network = UNet(try UNetConfiguration(classes: 3, width: 8), seed: 0)
    try network.load(hashedWeights(of: network, seed: seed))
    let loss = SegmentationLoss(channelWeights: [0.6, 0.6, 1.5])
    let optimizer = AdamW(network.parameters)
    for (step, expected) in expected.enumerated() {
      let (images, target) = data(step % 2, seed: seed)
      let value = try loss.value(of: try network.forward(images, training: true).logits, target: target)
      #expect(abs(value.loss - Double(expected)) < 1e-3, "step \(step + 1): \(value.loss), in PyTorch \(expected)")
      try network.backward(value.gradient)
      try optimizer.update(rate: 1e-4)
    }
  }
}
