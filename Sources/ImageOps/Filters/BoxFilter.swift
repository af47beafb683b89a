import Basics

extension GrayImage {
  /// Computes the mean of the (2 radius + 1)² pixels around each pixel, radius 0...4096, mirrored at the border.
  ///
  /// O(1) per pixel at any radius. Definition: `scipy.ndimage.uniform_filter` with `mode='reflect'`; rounded once, from sums in `Double`.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func boxFiltered(radius: Int) throws -> GrayImage {
    try ImageError.require("radius", Double(radius), in: 0...4096, unit: " px")
    return try mappingWindows(radius: radius, variances: false) { _, mean, _ in Float(mean) }
  }
}
