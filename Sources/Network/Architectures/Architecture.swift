/// The supported networks, by their names in weight files.
public enum Architecture: String, Sendable, CaseIterable {
  /// A U-Net whose encoder is a ResNet-18, as segmentation_models_pytorch builds it.
  case resNet18 = "unet-resnet18"
  /// A U-Net whose encoder is EfficientNet-Lite0, for which ImageNet weights exist under an open license.
  case efficientNetLite0 = "unet-efficientnet-lite0"

  /// What the network is; everything else about it follows from that.
  var definition: ArchitectureDefinition {
    switch self {
    case .resNet18: .resNet18
    case .efficientNetLite0: .efficientNetLite0
    }
  }

  /// The name of the encoder in the literature, such as "ResNet-18".
  public var encoder: String { definition.encoder }

  /// The width of the first layer at which the encoder is the published one.
  public var fullWidth: Int { definition.fullWidth }

  /// The weight of the first convolution: its shape states the input channels and the width.
  var stem: String { NetworkDescription(UNetConfiguration(published: self)).stem }
}

/// What makes up an architecture. A new network needs one such definition, in its own file, and a case of ``Architecture``.
struct ArchitectureDefinition: Sendable {
  /// The name of the encoder in the literature.
  let encoder: String
  /// The width of the first layer at which the encoder is the published one.
  let fullWidth: Int
  /// Lists the layers for channels, classes and a width.
  let network: @Sendable (UNetConfiguration) -> NetworkDescription
}

extension NetworkDescription {
  init(_ configuration: UNetConfiguration) { self = configuration.architecture.definition.network(configuration) }
}
