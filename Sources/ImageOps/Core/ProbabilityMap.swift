import Basics

/// An image of probabilities, row-major, each 0...1.
public struct ProbabilityMap: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Row-major probabilities, `size.count` of them.
  public var pixels: [Float] {
    didSet { precondition(pixels.count == size.count, "a probability map keeps its size") }
  }
  /// Distance between pixel centers in mm, with its provenance.
  public var spacing: Spacing

  /// Creates a map. Values are not clipped to 0...1.
  public init(size: Size, pixels: [Float], spacing: Spacing = .unknown) {
    precondition(size.isValid && pixels.count == size.count, "probabilities fill the size")
    self.size = size
    self.pixels = pixels
    self.spacing = spacing
  }

  /// A map of numbers that are brought to 0...1 first.
  /// - Throws: `CancellationError`.
  init(clipping pixels: [Float], size: Size, spacing: Spacing) throws {
    let clipped: [Float] = try pixels.withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: pixels.count, of: 1, grain: 65_536) { rows, output in
        for index in rows { output[index - rows.lowerBound] = min(max(pixels[index], 0), 1) }
      }
    }
    self.init(size: size, pixels: clipped, spacing: spacing)
  }

  /// The probability of the pixel in a row and column, from 0.
  public subscript(row: Int, column: Int) -> Float {
    get { pixels[row * size.width + column] }
    set { pixels[row * size.width + column] = newValue }
  }
}
