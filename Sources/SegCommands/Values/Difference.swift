import ImageOps
import SegLang

/// How two results differ: what `diff` gives.
struct Difference: Recordable {
  let isIdentical: Bool
  let oneLine: String
  let details: [String]
  let fields: [(String, any Value)]
  /// What was added and removed, in colour; nil for what is no picture.
  let picture: ColorImage?

  static let typeName = "Difference"
  static let typeHelp = "How two results differ, in figures and, of pictures, as a picture."

  var record: Record { Record([("identical", isIdentical)] + fields) }
  var json: JSONValue { record.json }

  static var conversions: [Conversion] { [Conversion { (difference: Difference) in difference.record }] }

  private static func number(_ name: String, _ help: String) -> Property {
    Property(name, help) { (difference: Difference) in difference.record[name] as? Double }
  }

  static var properties: [Property] {
    [
      Property("identical", "Whether nothing differs.") { (difference: Difference) in difference.isIdentical },
      number("added", "Pixels that are only in the second mask."), number("removed", "Pixels that are only in the first mask."),
      number("added_mm2", "Area that is only in the second mask, in mm²; nothing when the spacing is unknown."),
      number("removed_mm2", "Area that is only in the first mask, in mm²; nothing when the spacing is unknown."),
      number("dice", "Dice coefficient of two masks, 0 to 1."),
      number(
        "hausdorff",
        "Greatest distance of two masks' outlines, in mm where the spacing is known, otherwise in px; nothing when one is empty."),
      number("changed", "Number of pixels, cells or items that differ."),
      number("largest", "Largest difference of two pictures or tables."),
      number("mean", "Mean absolute difference of two pictures."),
      number("psnr", "Peak signal-to-noise ratio of two pictures in dB; nothing when they are identical."),
      number("difference", "The second number less the first."),
      Property("picture", "What was added in blue, what was removed in orange; nothing for figures.") { (difference: Difference) in
        difference.picture
      },
      Property("record", "Every figure by its name.") { (difference: Difference) in difference.record },
    ]
  }
}
