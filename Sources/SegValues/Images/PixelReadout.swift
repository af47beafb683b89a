import Basics
import ImageOps
import SegLang
import SegModel

/// What there is at one pixel, in words: gray, probability, lung, opacity.
package enum PixelReadout {
  /// - Parameter beneath: the image that the value was made from.
  package static func words(of value: any Value, row: Int, column: Int, beneath: GrayImage?, lungs: LabelImage?) -> String {
    let pixels = value as? any PixelValue
    var parts: [String] = []
    if pixels?.grayImage == nil, let beneath, beneath.size.contains(row: row, column: column) {
      parts += beneath.words(row: row, column: column)
    }
    if let pixels, pixels.size.contains(row: row, column: column) { parts += pixels.words(row: row, column: column) }
    if let lungs, lungs.size.contains(row: row, column: column), !(value is LabelImage) {
      let label = lungs[row, column]
      parts.append(LabelImage.lungNames[label] ?? "outside the lungs")
    }
    return parts.joined(separator: ", ")
  }
}
