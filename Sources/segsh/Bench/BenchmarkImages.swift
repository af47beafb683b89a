import ImageOps

/// Images that benchmarks work on.
enum BenchmarkImages {
  /// A chest X-ray of 8 bits: the phantom of seed 1.
  static func image(_ size: Int) throws -> GrayImage {
    let side = min(size, 2048)
    let phantom = try Phantom.make(seed: 1, size: Size(width: side, height: side)).image
    guard side < size else { return phantom }
    return try phantom.resampled(to: Size(width: size, height: size), using: .bilinear)
  }
}
