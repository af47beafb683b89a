import ImageOps

/// A label image of lungs and opacity: 1 the patient's right lung, 2 the left, plus 4 for opacity.
///
/// On reading, 8 means opacity too, so that other programs may distinguish ground glass and consolidation. If no pixel has opacity, opacity is
/// unknown, not absent.
public enum LabelImageFile {
  static let lungBits: UInt32 = 3
  static let opacityBits: UInt32 = 12

  /// Encodes an annotation as a label image without names. Absent opacity is not distinguished from unknown.
  public static func encoded(_ annotation: Annotation) -> LabelImage {
    var image = annotation.lungs
    image.names = [:]
    if let opacity = annotation.opacity {
      for row in 0..<image.size.height { for column in 0..<image.size.width where opacity[row, column] { image[row, column] |= 4 } }
    }
    return image
  }

  /// - Throws: `AnnotationError.damaged` for a label above 15 or that is both lungs; a mask of one label 255 is no label image either.
  static func decode(_ image: LabelImage) throws(AnnotationError) -> Annotation {
    if let label = image.labels.first(where: { $0 > lungBits | opacityBits || $0 & lungBits == lungBits }) {
      throw .damaged("the label \(label); expected 1 (right lung) or 2 (left lung), plus 4 for opacity")
    }
    var annotation = Annotation(size: image.size)
    func mask(_ isInside: (UInt32) -> Bool) -> Mask { Mask(size: image.size) { isInside(image.labels[$0]) } }
    let (right, left) = (mask { $0 & lungBits == 1 }, mask { $0 & lungBits == 2 })
    annotation.rightLung = right.isEmpty ? nil : right
    annotation.leftLung = left.isEmpty ? nil : left
    let opacity = mask { $0 & opacityBits != 0 }
    annotation.opacity = opacity.isEmpty ? nil : opacity
    return annotation
  }
}
