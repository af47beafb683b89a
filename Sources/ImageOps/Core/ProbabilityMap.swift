/// A picture of probabilities, row-major, each in 0...1.
public struct ProbabilityMap: Sendable, Equatable {
  public let size: Size
  public var pixels: [Float] {
    didSet { precondition(pixels.count == size.count, "a probability map keeps its size") }
  }
  public var spacing: Spacing

  public init(size: Size, pixels: [Float], spacing: Spacing = .unknown) {
    precondition(size.isValid && pixels.count == size.count, "probabilities fill the size")
    self.size = size
    self.pixels = pixels
    self.spacing = spacing
  }

  public subscript(row: Int, column: Int) -> Float {
    get { pixels[row * size.width + column] }
    set { pixels[row * size.width + column] = newValue }
  }
}
