/// A place in an image in whole hundredths of a pixel, so that whether a pixel lies in a shape is decided exactly; (0, 0) is the center of the top
/// left pixel.
public struct FinePoint: Hashable, Sendable {
  /// In hundredths of a pixel.
  public var row: Int
  public var column: Int

  /// Hundredths in a pixel.
  public static let unit = 100
  /// The greatest coordinate, in pixels, either way: beyond every image, and small enough that products of two fit into a word.
  public static let limit = 200_000.0

  public init(hundredths row: Int, _ column: Int) {
    self.row = row
    self.column = column
  }

  /// A place in pixels, rounded to hundredths; nil for what is no number or beyond ``limit``.
  public init?(row: Double, column: Double) {
    // Compared so that not-a-number fails too.
    guard abs(row) <= Self.limit, abs(column) <= Self.limit else { return nil }
    self.init(hundredths: Int((row * 100).rounded()), Int((column * 100).rounded()))
  }

  /// In pixels.
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
