import Basics
import ImageOps
import SegLang

/// A color image, made to be looked at: `ColorImage`.
extension ColorImage: Value {
  public static var typeName: String { "ColorImage" }
  public static var typeHelp: String { "A color image for display, such as an overlay." }
  public static var isImageLike: Bool { true }
  public var oneLine: String { "\(size) color" }
  public var json: JSON { ["width": .number(Double(size.width)), "height": .number(Double(size.height))] }
  public var contentHash: String? { ContentHash.of(pixels, size: size) }
  public static var properties: [Property] {
    [
      Property("width", "Number of columns.") { (picture: ColorImage) in picture.size.width },
      Property("height", "Number of rows.") { (picture: ColorImage) in picture.size.height },
    ]
  }
}
