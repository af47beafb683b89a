/// A named array of a network: a learned parameter, or a running statistic. Values and gradients are written in place.
///
/// Belongs to its network and is used from one thread at a time: memory is taken on first use, so a layer that hands elements to several threads
/// fetches the buffer before.
public final class Parameter {
  /// Name in the state dictionary of segmentation_models_pytorch, for example `encoder.layer1.0.conv1.weight`.
  public let name: String
  /// PyTorch's shape: output channels × input channels × rows × columns for a convolution, channels for the others.
  public let shape: [Int]
  /// Whether weight decay applies: true for the weights of convolutions, false for batch norm, biases and statistics.
  public let decays: Bool
  /// Row-major elements, zero at first.
  public private(set) lazy var values = FloatBuffer(count: count)
  /// Derivative of the loss, as the last `backward` left it; empty for running statistics.
  public private(set) lazy var gradients = FloatBuffer(count: hasGradient ? count : 0)
  private let hasGradient: Bool

  public let count: Int

  init(name: String, shape: [Int], decays: Bool, hasGradient: Bool = true) {
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
