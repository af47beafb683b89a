extension ArchitectureDefinition {
  /// Encoder widths are w, w, 2w, 4w, 8w at strides 2, 4, 8, 16, 32; decoder widths 4w, 2w, w, w/2, w/4. With w = 64 it is the standard network
  /// (14.3 million parameters).
  static let resNet18 = ArchitectureDefinition(encoder: "ResNet-18", fullWidth: 64) { configuration in
    var network = NetworkBuilder()
    let w = configuration.width
    let stem = network.unit("encoder.conv1", norm: "encoder.bn1", from: [.image], channels: w, kernel: 7, stride: 2)
    var maps = [stem]
    var current = network.pooling(of: stem, kernel: 3, stride: 2)
    for (stage, channels) in [w, 2 * w, 4 * w, 8 * w].enumerated() {
      for block in 0..<2 {
        current = network.basicBlock(
          "encoder.layer\(stage + 1).\(block)", from: current, channels: channels, stride: stage > 0 && block == 0 ? 2 : 1)
      }
      maps.append(current)
    }
    let decoded = network.decoder(from: current, skips: maps.dropLast().reversed(), widths: [4 * w, 2 * w, w, w / 2, w / 4])
    let logits = network.head(from: decoded, classes: configuration.classes, kernel: 3, isEnlarged: false)
    return NetworkDescription(inChannels: configuration.inChannels, steps: network.steps, features: current, logits: logits)
  }
}
