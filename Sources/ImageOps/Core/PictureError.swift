/// What an operation on pictures cannot do. Each case carries what was asked for.
public enum PictureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two pictures that must have one size have two.
  case sizesDiffer(Size, Size)
  /// A picture of this size cannot exist.
  case invalidSize(Size)
  /// The rectangle does not lie inside the picture.
  case outside(row: Int, column: Int, size: Size, picture: Size)
  /// The parameter is outside the values that it may take.
  case invalidParameter(name: String, value: Double, allowed: String)
  /// There is not a single pixel to measure: the mask is empty or no pixel is a number.
  case noPixels
  /// Millimetres were asked for, but the distance between pixels is not known.
  case spacingUnknown

  public var description: String {
    switch self {
    case .sizesDiffer(let first, let second): "pictures differ in size: \(first) and \(second)"
    case .invalidSize(let size):
      "no picture can be \(size): sides are 1 to \(Size.maximumSide) px, at most \(Size.maximumCount) pixels in all"
    case .outside(let row, let column, let size, let picture):
      "the \(size) rectangle from row \(row), column \(column) does not lie inside the \(picture) picture"
    case .invalidParameter(let name, let value, let allowed): "\(name) is \(value) but must be \(allowed)"
    case .noPixels: "there are no pixels to measure"
    case .spacingUnknown: "the pixel spacing is unknown, so there are no millimetres"
    }
  }

  /// - Throws: ``sizesDiffer(_:_:)`` unless both sizes agree.
  static func requireSameSize(_ one: Size, _ other: Size) throws {
    if one != other { throw PictureError.sizesDiffer(one, other) }
  }
}
