import Basics
internal import Platform

/// A binary operation on the intensities of corresponding pixels a and b.
public enum PixelOperator: String, CaseIterable, Hashable, Sendable {
  /// a + b.
  case add
  /// a - b.
  case subtract
  /// a · b.
  case multiply
  /// a / b. Division by 0 yields 0, so that no image gets a NaN.
  case divide
  /// a to the power b; 0 if undefined (0 to a negative power, a fractional power of a negative number).
  case power
  /// The lesser of both.
  case minimum
  /// The greater of both.
  case maximum
  /// |a - b|.
  case absoluteDifference

  @inline(__always) func applied(_ a: Float, _ b: Float) -> Float {
    switch self {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return b == 0 ? 0 : a / b
    case .power:
      let result = powf(a, b)
      return result.isNaN || a == 0 && b < 0 ? 0 : result
    case .minimum: return b < a ? b : a
    case .maximum: return b > a ? b : a
    case .absoluteDifference: return abs(a - b)
    }
  }

  /// Whether the result is undefined and replaced by 0: see `divide` and `power`.
  public func isUndefined(_ a: Float, _ b: Float) -> Bool {
    switch self {
    case .divide: b == 0
    case .power: a == 0 && b < 0 || a < 0 && b != b.rounded(.down)
    default: false
    }
  }

  /// The nominal range of the result, where the operands' ranges settle it.
  func range(_ a: ClosedRange<Float>, _ b: ClosedRange<Float>) -> ClosedRange<Float>? {
    func hull(_ values: [Float]) -> ClosedRange<Float>? {
      guard let low = values.min(), let high = values.max(), low.isFinite, high.isFinite else { return nil }
      return low...high
    }
    let (al, ah, bl, bh) = (a.lowerBound, a.upperBound, b.lowerBound, b.upperBound)
    return switch self {
    case .add: hull([al + bl, ah + bh])
    case .subtract: hull([al - bh, ah - bl])
    case .multiply: hull([al * bl, al * bh, ah * bl, ah * bh])
    case .minimum: hull([min(al, bl), min(ah, bh)])
    case .maximum: hull([max(al, bl), max(ah, bh)])
    case .absoluteDifference: hull([0, max(abs(ah - bl), abs(bh - al))])
    case .divide: bl == bh && bl != 0 ? hull([al / bl, ah / bl]) : nil
    case .power: nil
    }
  }
}

/// A comparison of two intensities. Any comparison with NaN is false, except `notEqual`.
public enum PixelComparison: String, CaseIterable, Hashable, Sendable {
  /// a < b.
  case less
  /// a ≤ b.
  case lessOrEqual
  /// a > b.
  case greater
  /// a ≥ b.
  case greaterOrEqual
  /// a = b.
  case equal
  /// a ≠ b.
  case notEqual

  @inline(__always) func holds(_ a: Float, _ b: Float) -> Bool {
    switch self {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    case .equal: a == b
    case .notEqual: a != b
    }
  }
}

extension GrayImage {
  /// Combines the image pixel by pixel with another of the same size as right operand. Metadata are this image's.
  ///
  /// The range of the result follows from the operands' ranges, or is the result's extremes if they do not determine it.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func combined(with other: GrayImage, by operation: PixelOperator) throws -> GrayImage {
    try mapPixels(with: other) { operation.applied($0, $1) }
      .settled(range: operation.range(range, other.range))
  }

  /// Combines the image pixel by pixel with a number as right operand: `image − 5`.
  /// - Throws: `CancellationError`.
  public func combined(with number: Float, by operation: PixelOperator) throws -> GrayImage {
    try mapPixels { operation.applied($0, number) }
      .settled(range: number.isFinite ? operation.range(range, number...number) : nil)
  }

  /// Combines the image pixel by pixel with a number as left operand: `5 − image`.
  /// - Throws: `CancellationError`.
  public func combined(onto number: Float, by operation: PixelOperator) throws -> GrayImage {
    try mapPixels { operation.applied(number, $0) }
      .settled(range: number.isFinite ? operation.range(number...number, range) : nil)
  }

  private func settled(range: ClosedRange<Float>?) throws -> GrayImage {
    if let range { return with(pixels: pixels, range: range) }
    var (low, high) = (Float.infinity, -Float.infinity)
    try pixels.inParts { part in
      for pixel in pixels[part] where pixel.isFinite { (low, high) = (min(low, pixel), max(high, pixel)) }
    }
    return with(pixels: pixels, range: low <= high ? low...high : 0...0)
  }

  /// Returns the pixels for which the comparison with a number holds.
  /// - Throws: `CancellationError`.
  public func compared(with number: Float, by comparison: PixelComparison) throws -> Mask {
    try Mask(inBands: size, spacing: spacing) { comparison.holds(pixels[$0], number) }
  }

  /// Returns the pixels for which the comparison with another image of the same size, as right operand, holds.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func compared(with other: GrayImage, by comparison: PixelComparison) throws -> Mask {
    guard size == other.size else { throw ImageError.sizesDiffer(size, other.size) }
    return try Mask(inBands: size, spacing: spacing) { comparison.holds(pixels[$0], other.pixels[$0]) }
  }

  /// Adds two images of the same size, pixel by pixel. Throws `ImageError.sizesDiffer`.
  public static func + (a: GrayImage, b: GrayImage) throws -> GrayImage { try a.combined(with: b, by: .add) }
  /// Subtracts an image of the same size, pixel by pixel. Throws `ImageError.sizesDiffer`.
  public static func - (a: GrayImage, b: GrayImage) throws -> GrayImage { try a.combined(with: b, by: .subtract) }
  /// Multiplies two images of the same size, pixel by pixel. Throws `ImageError.sizesDiffer`.
  public static func * (a: GrayImage, b: GrayImage) throws -> GrayImage { try a.combined(with: b, by: .multiply) }
  /// Divides by an image of the same size, pixel by pixel; division by 0 yields 0. Throws `ImageError.sizesDiffer`.
  public static func / (a: GrayImage, b: GrayImage) throws -> GrayImage { try a.combined(with: b, by: .divide) }
  /// Adds a number to every pixel.
  public static func + (a: GrayImage, b: Float) throws -> GrayImage { try a.combined(with: b, by: .add) }
  /// Subtracts a number from every pixel.
  public static func - (a: GrayImage, b: Float) throws -> GrayImage { try a.combined(with: b, by: .subtract) }
  /// Multiplies every pixel by a number.
  public static func * (a: GrayImage, b: Float) throws -> GrayImage { try a.combined(with: b, by: .multiply) }
  /// Divides every pixel by a number; division by 0 yields 0.
  public static func / (a: GrayImage, b: Float) throws -> GrayImage { try a.combined(with: b, by: .divide) }

  /// Creates a gray image of range 0...1 from probabilities, for arithmetic and comparisons.
  public init(_ map: ProbabilityMap) {
    self.init(size: map.size, pixels: map.pixels, range: 0...1, bitDepth: 32, spacing: map.spacing)
  }

  /// Creates a gray image from a mask: 0 outside, `inside` (255 by default) inside.
  /// - Precondition: `inside` is not negative.
  /// - Throws: `CancellationError`.
  public init(_ mask: Mask, inside: Float = 255) throws {
    self.init(size: mask.size, pixels: try mask.values(inside: inside, outside: 0), range: 0...inside, spacing: mask.spacing)
  }
}
