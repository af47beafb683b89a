public import Platform

/// Functions that turn logits into probabilities.
public enum Activation {
  /// 1 / (1 + e^-x), without overflow for any x.
  @inlinable
  @inline(__always)
  public static func sigmoid(_ x: Float) -> Float {
    let decay = expf(-abs(x))
    return (x >= 0 ? 1 : decay) / (1 + decay)
  }
}
