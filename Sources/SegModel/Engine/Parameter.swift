/// A named array of a network: a learned parameter, or a running statistic. Values and gradients are written in place.
///
/// Belongs to its network and is used from one thread at a time.
public final class Parameter {
  /// Name in the state dictionary of segmentation_models_pytorch, for example `encoder.layer1.0.conv1.weight`.
  public let name: String
  /// PyTorch's shape: output channels × input channels × rows × columns for a convolution, channels for the others.
  public let shape: [Int]
  /// Whether weight decay applies: true for the weights of convolutions, false for batch norm, biases and statistics.
  public let decays: Bool
  /// Row-major elements.
  public let values: FloatBuffer
  /// Derivative of the loss, as the last `backward` left it; empty for running statistics.
  public private(set) lazy var gradients = FloatBuffer(count: hasGradient ? count : 0)
  private let hasGradient: Bool

  public var count: Int { values.count }

  init(name: String, shape: [Int], decays: Bool, hasGradient: Bool = true) {
    self.name = name
    self.shape = shape
    self.decays = decays
    self.hasGradient = hasGradient
    values = FloatBuffer(count: shape.reduce(1, *))
  }
}
