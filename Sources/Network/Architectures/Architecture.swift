/// The supported networks, by their names in weight files.
public enum Architecture: String, Sendable, CaseIterable {
  /// A U-Net whose encoder is a ResNet-18, as segmentation_models_pytorch builds it.
  case resNet18 = "unet-resnet18"
  /// A U-Net whose encoder is EfficientNet-Lite0, for which ImageNet weights exist under an open license.
  case efficientNetLite0 = "unet-efficientnet-lite0"

  /// The width of the first layer at which the encoder is the published one.
  public var fullWidth: Int {
    switch self {
    case .resNet18: 64
    case .efficientNetLite0: 32
    }
  }

  /// The weight of the first convolution: its shape states the input channels and the width.
  var stem: String {
    switch self {
    case .resNet18: "encoder.conv1.weight"
    case .efficientNetLite0: "encoder._conv_stem.weight"
    }
  }
}

extension NetworkDescription {
  init(_ configuration: UNetConfiguration) {
    switch configuration.architecture {
    case .resNet18: self = .resNet18(configuration)
    case .efficientNetLite0: self = .efficientNetLite0(configuration)
    }
  }

  /// Encoder widths are w, w, 2w, 4w, 8w at strides 2, 4, 8, 16, 32; decoder widths 4w, 2w, w, w/2, w/4. With w = 64 it is the standard network
  /// (14.3 million parameters).
  private static func resNet18(_ configuration: UNetConfiguration) -> NetworkDescription {
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

  /// EfficientNet-Lite0 (Tan and Le 2019; the Lite variant of 2020 without squeeze-and-excitation, with ReLU6 and a fixed stem) with symmetric
  /// padding. With w = 32 its channels are the published ones (3.0 million parameters in the encoder, 1.2 million in the decoder); others are
  /// proportional. The decoder ends at half the image's size, where the head computes logits that are enlarged bilinearly.
  private static func efficientNetLite0(_ configuration: UNetConfiguration) -> NetworkDescription {
    let stages: [(expansion: Int, kernel: Int, stride: Int, repeats: Int, channels: Int)] = [
      (1, 3, 1, 1, 16), (6, 3, 2, 2, 24), (6, 5, 2, 2, 40), (6, 3, 2, 3, 80), (6, 5, 1, 3, 112), (6, 5, 2, 4, 192), (6, 3, 1, 1, 320),
    ]
    func scaled(_ channels: Int) -> Int { channels * configuration.width / 32 }
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
