extension ArchitectureDefinition {
  /// EfficientNet-Lite0 (Tan and Le 2019; the Lite variant of 2020 without squeeze-and-excitation, with ReLU6 and a fixed stem) with symmetric
  /// padding. With w = 32 its channels are the published ones (3.0 million parameters in the encoder, 1.2 million in the decoder); others are
  /// proportional. The decoder ends at half the image's size, where the head computes logits that are enlarged bilinearly.
  static let efficientNetLite0 = ArchitectureDefinition(encoder: "EfficientNet-Lite0", fullWidth: 32) { configuration in
    let stages: [(expansion: Int, kernel: Int, stride: Int, repeats: Int, channels: Int)] = [
      (1, 3, 1, 1, 16), (6, 3, 2, 2, 24), (6, 5, 2, 2, 40), (6, 3, 2, 3, 80), (6, 5, 1, 3, 112), (6, 5, 2, 4, 192), (6, 3, 1, 1, 320),
    ]
    func scaled(_ channels: Int) -> Int { channels * configuration.width / configuration.architecture.fullWidth }
    var network = NetworkBuilder()
    var current = network.unit(
      "encoder._conv_stem", norm: "encoder._bn0", from: [.image], channels: scaled(32), kernel: 3, stride: 2, rectifier: .relu6)
    var number = 0
    var maps: [Int] = []
    for (index, stage) in stages.enumerated() {
      for block in 0..<stage.repeats {
        current = network.invertedResidual(
          "encoder._blocks.\(number)", from: current, expansion: stage.expansion, channels: scaled(stage.channels), kernel: stage.kernel,
          stride: block == 0 ? stage.stride : 1)
        number += 1
      }
      // The last map of each size is what the decoder joins.
      if index + 1 < stages.count, stages[index + 1].stride == 2 { maps.append(current) }
    }
    let decoded = network.decoder(from: current, skips: maps.reversed(), widths: [160, 96, 64, 32].map(scaled))
    let logits = network.head(from: decoded, classes: configuration.classes, kernel: 1, isEnlarged: true)
    return NetworkDescription(
      inChannels: configuration.inChannels, normalization: BatchNorm.Setting(epsilon: 1e-3, momentum: 0.05), steps: network.steps,
      features: current, logits: logits)
  }
}
