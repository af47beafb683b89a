/// What a U-Net gives for a batch.
public struct UNetOutput: Sendable {
  /// Raw scores, N×classes×H×W; sigmoid or softmax makes probabilities of them.
  public let logits: Tensor
  /// The encoder's last feature map averaged over its pixels, N×8w×1×1.
  public let features: Tensor

  public init(logits: Tensor, features: Tensor) {
    self.logits = logits
    self.features = features
  }
}
