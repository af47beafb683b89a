import ImageOps
import SegLang

/// What a value looks like where it is looked at.
enum Viewing {
  /// A gray picture in its window, a shape over the picture beneath where they fit, a picture in colour as it is; nil for anything else.
  static func picture(of value: any Value, over beneath: GrayImage?) throws -> ColorImage? {
    switch value {
    case let picture as ColorImage: return picture
    case let image as GrayImage: return try ColorImage(image, showing: DisplayWindow(of: image).range)
    case let phantom as Phantom: return try ColorImage(phantom.image, showing: DisplayWindow(of: phantom.image).range)
    default:
      if let picture = try value.converted(to: ColorImage.self) { return picture }
      guard let shape = Drawable(value) else { return nil }
      let beneath = beneath.flatMap { $0.size == shape.size ? $0 : nil }
      let background = beneath ?? GrayImage(size: shape.size)
      let range = try beneath.map { try DisplayWindow(of: $0).range }
      return try background.overlaid(with: shape.layers(OverlayStyle()), showing: range ?? 0...255)
    }
  }
}
