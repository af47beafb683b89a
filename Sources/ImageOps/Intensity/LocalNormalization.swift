import Basics

extension GrayImage {
  /// Subtracts the local mean and divides by the local standard deviation, so that dark and bright parts have the same contrast.
  ///
  /// Windows are (2 radius + 1)² pixels, radius 1...4096, mirrored at the border. Deviations below `floor` (above 0, in units of intensity) count as
  /// `floor`, so that flat parts stay flat. The range becomes -3...3; nothing is clipped. O(1) per pixel at any radius.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func locallyNormalized(radius: Int, floor: Double = 1) throws -> GrayImage {
    try ImageError.require("radius", Double(radius), in: 1...4096, unit: " px")
    try ImageError.requirePositive("floor", floor)
    return try mappingWindows(radius: radius, range: -3...3) { pixel, mean, variance in
      Float((Double(pixel) - mean) / max(variance.squareRoot(), floor))
    }
  }
}
