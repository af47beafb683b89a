/// A named array of a network: a learned parameter, or a running statistic. Values and gradients are written in place.
///
/// It belongs to its network and is used from one thread at a time: memory is allocated on first use, so a layer that shares elements among several
/// threads fetches the buffer first.
public final class Parameter {
  /// The name in the state dictionary of segmentation_models_pytorch, such as `encoder.layer1.0.conv1.weight`.
  public let name: String
  /// PyTorch's shape: output channels × input channels × rows × columns for a convolution, channels for others.
  public let shape: [Int]
  /// Whether weight decay applies: true for the weights of convolutions, false for batch norm, biases and statistics.
  public let decays: Bool
  /// The row-major elements, initially zero.
  public private(set) lazy var values = FloatBuffer(count: count)
  /// The derivative of the loss from the last `backward`; empty for running statistics.
  public private(set) lazy var gradients = FloatBuffer(count: hasGradient ? count : 0)
  private let hasGradient: Bool

  /// The number of elements.
  public let count: Int

  package init(name: String, shape: [Int], decays: Bool, hasGradient: Bool = true) {
    self.name = name
    self.shape = shape
    self.decays = decays
    self.hasGradient = hasGradient
    count = shape.reduce(1, *)
  }

  /// Takes a tensor's elements over without a copy, for a network that never writes to them.
  func share(_ tensor: Tensor) { values = tensor.sharedBuffer }

  /// Has `body` see the first elements of a buffer as its own, and none afterward.
  func lending(_ buffer: FloatBuffer, _ body: () -> Void) {
    values = buffer
    body()
    values = FloatBuffer(count: 0)
  }
}
