/// Width and height of an image in pixels. An image has at least one pixel.
public struct Size: Hashable, Sendable, CustomStringConvertible {
  /// Columns, in pixels.
  public let width: Int
  /// Rows, in pixels.
  public let height: Int

  /// The largest width or height of an image, in pixels. Larger files are refused before memory is allocated.
  public static let maximumSide = 65_535
  /// The largest number of pixels of an image (2^28).
  public static let maximumCount = 268_435_456

  /// Creates a size, valid or not; see ``isValid``.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Number of pixels.
  public var count: Int { width * height }

  /// Width × height, such as `1024x768`.
  public var description: String { "\(width)x\(height)" }

  /// Whether an image can have this size: both sides in 1...``maximumSide`` and at most ``maximumCount`` pixels.
  public var isValid: Bool {
    (1...Self.maximumSide).contains(width) && (1...Self.maximumSide).contains(height) && width * height <= Self.maximumCount
  }

  /// Whether the pixel lies inside an image of this size.
  public func contains(row: Int, column: Int) -> Bool {
    row >= 0 && row < height && column >= 0 && column < width
  }
}
