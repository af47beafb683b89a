/// An error of an operation on images. Each case carries the values that caused it.
public enum ImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Two images that must have the same size do not.
  case sizesDiffer(Size, Size)
  /// No image can have this size; see ``Size/isValid``.
  case invalidSize(Size)
  /// The rectangle does not lie inside the image.
  case outside(row: Int, column: Int, size: Size, image: Size)
  /// The parameter's value is outside its allowed range.
  case invalidParameter(name: String, value: Double, allowed: String)
  /// There is no pixel to measure: the mask is empty or no pixel is finite.
  case noPixels
  /// There are fewer distinct intensities than classes.
  case tooFewIntensities(Int, classes: Int)
  /// The distance to the outside of a mask that covers the whole image is undefined.
  case nothingOutside
  /// Millimeters were requested, but the pixel spacing is unknown.
  case spacingUnknown

  /// The error as an English sentence without a final period, with its values.
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
  package static func requireSameSize(_ one: Size, _ other: Size) throws {
    if one != other { throw ImageError.sizesDiffer(one, other) }
  }
}
