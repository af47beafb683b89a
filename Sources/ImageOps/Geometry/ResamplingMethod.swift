internal import Platform

/// How the pixels of a resampled image are computed. Coordinates are those of pixel centers: output pixel i lies at (i + ½) · scale − ½.
///
/// Bilinear, bicubic and Lanczos are Pillow's: when the image shrinks, the filter is stretched by the factor to prevent aliasing; at the border the
/// filter is truncated and its weights are normalized again.
public enum ResamplingMethod: String, CaseIterable, Hashable, Sendable {
  /// The mean over the area of each new pixel, exact for any factor (OpenCV's `INTER_AREA` when shrinking). The choice for shrinking.
  case area
  /// Triangle filter, support 1.
  case bilinear
  /// Cubic convolution with a = −½ (Keys 1981; Catmull-Rom), support 2.
  case bicubic
  /// Windowed sinc with three lobes, support 3.
  case lanczos
  /// The pixel whose area holds the new pixel's center: no new values.
  case nearest
}

/// The weights by which pixels along one axis become pixels of another number.
struct ResamplingWeights {
  /// Index of the first source pixel of each output pixel, and where its weights start; the last entry closes the list.
  private(set) var firsts: [Int] = []
  private(set) var offsets: [Int] = [0]
  private(set) var weights: [Float] = []
  /// Where each new pixel has its own few pixels, one run after the other and weighed alike: their number.
  private(set) var wholeStep: Int?

  init(from count: Int, to target: Int, using method: ResamplingMethod) {
    let scale = Double(count) / Double(target)
    firsts.reserveCapacity(target)
    offsets.reserveCapacity(target + 1)
    for index in 0..<target {
      switch method {
      case .area: appendArea(index, scale: scale, count: count)
      case .nearest: append(first: min(count - 1, Int((Double(index) + 0.5) * scale)), [1])
      case .bilinear: appendFilter(index, scale: scale, count: count, support: 1) { $0 < 1 ? 1 - $0 : 0 }
      case .bicubic: appendFilter(index, scale: scale, count: count, support: 2, Self.cubic)
      case .lanczos: appendFilter(index, scale: scale, count: count, support: 3, Self.lanczos)
      }
    }
    wholeStep = commonStep
  }

  private var commonStep: Int? {
    let step = offsets[1]
    guard (2..<16).contains(step), weights.count == step * firsts.count else { return nil }
    for index in firsts.indices where firsts[index] != step * index || offsets[index] != step * index { return nil }
    return weights.indices.allSatisfy { weights[$0] == weights[$0 % step] } ? step : nil
  }

  private mutating func append(first: Int, _ values: [Double]) {
    let sum = values.reduce(0, +)
    firsts.append(first)
    weights.append(contentsOf: values.map { Float($0 / sum) })
    offsets.append(weights.count)
  }

  private mutating func appendArea(_ index: Int, scale: Double, count: Int) {
    let low = Double(index) * scale
    let high = min(Double(count), low + scale)
    let first = min(count - 1, Int(low))
    // A sliver that only rounding has made is left out.
    let last = max(first, min(count - 1, Int((high - 1e-9 * scale).rounded(.up)) - 1))
    append(first: first, (first...last).map { max(0, min(high, Double($0 + 1)) - max(low, Double($0))) })
  }

  private mutating func appendFilter(_ index: Int, scale: Double, count: Int, support: Double, _ filter: (Double) -> Double) {
    let stretch = max(1, scale)
    let center = (Double(index) + 0.5) * scale
    let first = max(0, Int(center - support * stretch + 0.5))
    let end = min(count, Int(center + support * stretch + 0.5))
    append(first: first, (first..<max(end, first + 1)).map { filter(abs(Double($0) - center + 0.5) / stretch) })
  }

  private static func cubic(_ x: Double) -> Double {
    let a = -0.5
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
  }

  private static func lanczos(_ x: Double) -> Double {
    func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
    return x < 3 ? sinc(x) * sinc(x / 3) : 0
  }
}
