import Basics
import ImageOps
import SegLang

/// How two results differ: what `diff` gives.
package struct Difference: Recordable {
  package let isIdentical: Bool
  package let oneLine: String
  package let details: [String]
  package let fields: [(String, any Value)]
  /// What was added and removed, in color; nil for what is no image.
  package let picture: ColorImage?

  package init(isIdentical: Bool, oneLine: String, details: [String], fields: [(String, any Value)], picture: ColorImage?) {
    self.isIdentical = isIdentical
    self.oneLine = oneLine
    self.details = details
    self.fields = fields
    self.picture = picture
  }

  package static let typeName = "Difference"
  package static let typeHelp = "The difference of two results: values and, for images, a difference image."

  package var record: Record { Record([("identical", isIdentical)] + fields) }
  package var json: JSON { record.json }

  package static var conversions: [Conversion] { [Conversion { (difference: Difference) in difference.record }] }

  private static func number(_ name: String, _ help: String) -> Property {
    Property(name, help) { (difference: Difference) in difference.record[name] as? Double }
  }

  package static var properties: [Property] {
    [
      Property("identical", "True if nothing differs.") { (difference: Difference) in difference.isIdentical },
      number("added", "Added: pixels only in the second mask."), number("removed", "Removed: pixels only in the first mask."),
      number("added_mm2", "Area only in the second mask in mm²; nothing if the spacing is unknown."),
      number("removed_mm2", "Area only in the first mask in mm²; nothing if the spacing is unknown."),
      number("dice", "Dice coefficient of the two masks, 0 to 1."),
      number(
        "hausdorff",
        "Hausdorff distance of the two masks in mm, or in px if the spacing is unknown; nothing if a mask is empty."),
      number("changed", "Number of pixels, cells or items that differ."),
      number("largest", "Largest absolute difference of two images or tables."),
      number("mean", "Mean absolute difference of two images."),
      number("psnr", "Peak signal-to-noise ratio of two images in dB; nothing if they are identical."),
      number("difference", "Second number minus first number."),
      Property("image", "Difference image, additions in blue and removals in orange; nothing for numbers.") { (difference: Difference) in
        difference.picture
      },
      Property("record", "All values by name.") { (difference: Difference) in difference.record },
    ]
  }
}
