/// A position in an image in whole hundredths of a pixel, so that whether a pixel lies in a shape is decided exactly; (0, 0) is the center of the top
/// left pixel.
public struct FinePoint: Hashable, Sendable {
  /// The row, in hundredths of a pixel.
  public var row: Int
  /// The column, in hundredths of a pixel.
  public var column: Int

  /// Hundredths per pixel.
  public static let unit = 100
  /// The largest coordinate, in pixels, in either direction: beyond every image, and small enough that products of two do not overflow.
  public static let limit = 200_000.0

  /// Creates a position from hundredths of a pixel.
  public init(hundredths row: Int, _ column: Int) {
    self.row = row
    self.column = column
  }

  /// Creates a position from pixels, rounded to hundredths; nil for NaN and coordinates beyond ``limit``.
  public init?(row: Double, column: Double) {
    // Compared so that not-a-number fails too.
    guard abs(row) <= Self.limit, abs(column) <= Self.limit else { return nil }
    self.init(hundredths: Int((row * 100).rounded()), Int((column * 100).rounded()))
  }

  /// The position in pixels.
  public var pixelPoint: PixelPoint { PixelPoint(row: Double(row) / 100, column: Double(column) / 100) }
}

extension Int {
  /// The quotient by a positive number, rounded down or up.
  func dividedDown(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }

  func dividedUp(by divisor: Int) -> Int { -(-self).dividedDown(by: divisor) }
}
