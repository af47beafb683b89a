/// Width and height of an image in pixels. An image has at least one pixel.
public struct Size: Hashable, Sendable, CustomStringConvertible {
  public let width: Int
  public let height: Int

  /// The largest side and the largest number of pixels that any image may have; a file that claims more is refused before memory is taken.
  public static let maximumSide = 65_535
  public static let maximumCount = 268_435_456

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Number of pixels.
  public var count: Int { width * height }

  /// Width × height, as users read it: `1024x768`.
  public var description: String { "\(width)x\(height)" }

  /// Whether an image of this size may exist: both sides in 1...``maximumSide`` and at most ``maximumCount`` pixels.
  public var isValid: Bool {
    (1...Self.maximumSide).contains(width) && (1...Self.maximumSide).contains(height) && width * height <= Self.maximumCount
  }

  public func contains(row: Int, column: Int) -> Bool {
    row >= 0 && row < height && column >= 0 && column < width
  }
}
