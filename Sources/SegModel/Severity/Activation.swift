import Glibc

/// Functions that make probabilities of raw scores.
enum Activation {
  /// 1 / (1 + e^-x), without overflow for any x.
  @inline(__always)
  static func sigmoid(_ x: Float) -> Float {
    let decay = expf(-abs(x))
    return (x >= 0 ? 1 : decay) / (1 + decay)
  }
}
