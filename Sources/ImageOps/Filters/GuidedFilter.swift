import Basics

extension GrayImage {
  /// Smooths where the image varies less than `deviation` (in units of intensity, above 0) within a window and keeps stronger variation: the guided
  /// filter with the image as its own guide.
  ///
  /// Windows are (2 radius + 1)² pixels, radius 1...4096, mirrored at the border. O(1) per pixel at any radius, three planes. With epsilon =
  /// deviation², a = variance / (variance + epsilon) and b = (1 - a) · mean, the result is mean(a) · pixel + mean(b).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: He, Sun and Tang, Guided Image Filtering, IEEE PAMI 35, 2013.
  public func guidedFiltered(radius: Int, deviation: Double) throws -> GrayImage {
    try ImageError.require("radius", Double(radius), in: 1...4096, unit: " px")
    try ImageError.requirePositive("deviation", deviation)
    let epsilon = deviation * deviation
    let slopes = try mappingWindows(radius: radius) { _, _, variance in Float(variance / (variance + epsilon)) }
    let scaled = try slopes.boxFiltered(radius: radius).multiplied(by: self)
    let offsets = try mappingWindows(radius: radius) { _, mean, variance in
      Float((1 - variance / (variance + epsilon)) * mean)
    }
    return with(pixels: try offsets.boxFiltered(radius: radius).adding(scaled).pixels)
  }

  /// Pixel by pixel with an image of the same size, in bands.
  func mapPixels(with other: GrayImage, _ transform: @Sendable (Float, Float) -> Float) throws -> GrayImage {
    try ImageError.requireSameSize(size, other.size)
    let width = size.width
    let result: [Float] = try pixels.withUnsafeBufferPointer { first in
      try other.pixels.withUnsafeBufferPointer { second in
        nonisolated(unsafe) let (first, second) = (first, second)
        return try Parallel.filled(rows: size.height, of: width) { rows, output in
          let base = rows.lowerBound * width
          for index in 0..<rows.count * width { output[index] = transform(first[base + index], second[base + index]) }
        }
      }
    }
    return with(pixels: result)
  }

  private func multiplied(by other: GrayImage) throws -> GrayImage {
    try mapPixels(with: other) { $0 * $1 }
  }

  private func adding(_ other: GrayImage) throws -> GrayImage {
    try mapPixels(with: other) { $0 + $1 }
  }
}
