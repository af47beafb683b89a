/// The output of a U-Net for a batch.
public struct UNetOutput: Sendable {
  /// Logits, N×classes×H×W; sigmoid or softmax turns them into probabilities.
  public let logits: Tensor
  /// The encoder's last feature map averaged over its pixels, N×features×1×1 (see ``UNetConfiguration/featureCount``).
  public let features: Tensor

  /// Creates an output.
  public init(logits: Tensor, features: Tensor) {
    self.logits = logits
    self.features = features
  }
}
