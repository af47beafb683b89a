import Basics
import ImageOps
import SegLang

/// What a value looks like where it is looked at.
package enum Viewing {
  /// A gray image in its window, a shape over the image beneath where they fit, an image in color as it is; nil for anything else.
  /// - Throws: What drawing throws; ``MemoryShortage``, so that looking at a value costs nothing but the view.
  package static func picture(of value: any Value, over beneath: GrayImage?) throws -> ColorImage? {
    // Three bytes of color per pixel, and a copy of the numbers for the window.
    if let size = ImageMemory.largest(of: [value])?.size { try MemoryBudget.require(7 * size.count, for: "\(size) pixels") }
    if let picture = value as? ColorImage { return picture }
    let pixels = value as? any PixelValue
    if let image = pixels?.grayImage { return try ColorImage(image, showing: DisplayWindow(of: image).range) }
    if let picture = try value.converted(to: ColorImage.self) { return picture }
    guard let shape = pixels?.drawable else { return nil }
    let beneath = beneath.flatMap { $0.size == shape.size ? $0 : nil }
    let background = beneath ?? GrayImage(size: shape.size)
    let range = try beneath.map { try DisplayWindow(of: $0).range }
    return try background.overlaid(with: shape.layers(OverlayStyle()), showing: range ?? 0...255)
  }
}
