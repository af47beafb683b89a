import Basics
import ImageOps
import SegLang
import SegModel

/// What there is at one pixel, in words: gray, probability, lung, opacity.
package enum PixelReadout {
  /// - Parameter beneath: the image that the value was made from.
  package static func words(of value: any Value, row: Int, column: Int, beneath: GrayImage?, lungs: LabelImage?) -> String {
    var parts: [String] = []
    func gray(_ image: GrayImage?) {
      guard let image, image.size.contains(row: row, column: column) else { return }
      parts.append("gray \(NumberFormat.significant(Double(image[row, column])))")
    }
    if !(value is GrayImage), !(value is Phantom) { gray(beneath) }
    switch value {
    case let image as GrayImage: gray(image)
    case let phantom as Phantom:
      gray(phantom.image)
      parts.append(phantom.opacity[row, column] ? "opacity" : "no opacity")
    case let mask as Mask: parts.append(mask[row, column] ? "inside" : "outside")
    case let labels as LabelImage: parts.append(name(labels[row, column], in: labels))
    case let map as ProbabilityMap: parts.append("probability \(NumberFormat.fixed(Double(map[row, column]), 2))")
    case let segmentation as Segmentation:
      parts.append(segmentation.opacity[row, column] ? "opacity" : "no opacity")
      if segmentation.prediction != nil, let map = try? segmentation.probability() {
        parts.append("probability \(NumberFormat.fixed(Double(map[row, column]), 2))")
      }
    case let picture as ColorImage:
      let color = picture[row, column]
      parts.append("red \(color.red), green \(color.green), blue \(color.blue)")
    default: break
    }
    if let lungs, lungs.size.contains(row: row, column: column), !(value is LabelImage) {
      let label = lungs[row, column]
      parts.append(label == LabelImage.rightLung ? "right lung" : label == LabelImage.leftLung ? "left lung" : "outside the lungs")
    }
    return parts.joined(separator: ", ")
  }

  private static func name(_ label: UInt32, in labels: LabelImage) -> String {
    label == 0 ? "no label" : labels.names[label] ?? "label \(label)"
  }
}
