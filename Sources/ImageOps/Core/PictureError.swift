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
  /// Fewer different intensities than classes that they are to be split into.
  case tooFewIntensities(Int, classes: Int)
  /// A distance to the outside of a mask that fills the image.
  case nothingOutside
  /// Millimetres were asked for, but the distance between pixels is not known.
  case spacingUnknown

  public var description: String {
    switch self {
    case .sizesDiffer(let first, let second): "pictures differ in size: \(first) and \(second)"
    case .invalidSize(let size):
      "no picture can be \(size): sides are 1 to \(Size.maximumSide) px, at most \(Size.maximumCount) pixels in all"
    case .outside(let row, let column, let size, let picture):
      "the \(size) rectangle from row \(row), column \(column) does not lie inside the \(picture) picture"
    case .invalidParameter(let name, let value, let allowed):
      "\(name) is \(Int(exactly: value).map(String.init) ?? "\(value)") but must be \(allowed)"
    case .tooFewIntensities(let count, let classes):
      "classes is \(classes), but the pixels have only \(count) different intensit\(count == 1 ? "y" : "ies"), at least one per class is needed"
    case .nothingOutside: "nothing lies outside of the mask, so no pixel has a distance to the outside"
    case .noPixels: "there are no pixels to measure"
    case .spacingUnknown: "the pixel spacing is unknown, so there are no millimetres"
    }
  }

  /// - Throws: ``sizesDiffer(_:_:)`` unless both sizes agree.
  static func requireSameSize(_ one: Size, _ other: Size) throws {
    if one != other { throw PictureError.sizesDiffer(one, other) }
  }
}
