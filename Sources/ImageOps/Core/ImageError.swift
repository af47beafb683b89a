/// What an operation on images cannot do. Each case carries what was asked for.
public enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two images that must have one size have two.
  case sizesDiffer(Size, Size)
  /// An image of this size cannot exist.
  case invalidSize(Size)
  /// The rectangle does not lie inside the image.
  case outside(row: Int, column: Int, size: Size, picture: Size)
  /// The parameter is outside the values that it may take.
  case invalidParameter(name: String, value: Double, allowed: String)
  /// There is not a single pixel to measure: the mask is empty or no pixel is a number.
  case noPixels
  /// Fewer different intensities than classes that they are to be split into.
  case tooFewIntensities(Int, classes: Int)
  /// A distance to the outside of a mask that fills the image.
  case nothingOutside
  /// Millimeters were asked for, but the distance between pixels is not known.
  case spacingUnknown

  public var description: String {
    switch self {
    case .sizesDiffer(let first, let second): "the images differ in size: \(first) and \(second)"
    case .invalidSize(let size):
      "an image cannot be \(size): each side must be 1 to \(Size.maximumSide) px, with at most \(Size.maximumCount) pixels in total"
    case .outside(let row, let column, let size, let picture):
      "the \(size) rectangle from row \(row), column \(column) extends beyond the \(picture) image"
    case .invalidParameter(let name, let value, let allowed):
      "\(name) is \(Int(exactly: value).map(String.init) ?? "\(value)") but must be \(allowed)"
    case .tooFewIntensities(let count, let classes):
      "classes is \(classes), but the pixels have only \(count) distinct intensit\(count == 1 ? "y" : "ies"); each class needs at least one"
    case .nothingOutside: "the mask covers the whole image, so the distance to its outside is undefined"
    case .noPixels: "there are no pixels to measure"
    case .spacingUnknown: "the pixel spacing is unknown, so millimeters cannot be used"
    }
  }

  /// - Throws: ``sizesDiffer(_:_:)`` unless both sizes agree.
  static func requireSameSize(_ one: Size, _ other: Size) throws {
    if one != other { throw ImageError.sizesDiffer(one, other) }
  }
}
