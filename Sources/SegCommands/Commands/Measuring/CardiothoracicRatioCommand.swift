import ImageOps
import SegLang
import SegModel
import SegValues

/// `cardiothoracic-ratio`: heart by chest.
struct CardiothoracicRatioCommand: Command {
  static let category = Category.measuring
  static let summary = "Estimates the cardiothoracic ratio from the lung masks."
  static let discussion = """
    The thoracic width is the largest distance between the outer lung borders in one row. The cardiac width is the sum of the largest distances \
    from the midline to the inner lung borders on both sides, in the lower half above the diaphragm. Widths are in px, and in mm if the pixel \
    spacing is known. The heart border can only be measured on lung masks that end at the heart. Lungs predicted by a model include the lung \
    behind the heart, so they are refused until corrected; so is a ratio below 0.33, which is implausible on a frontal view. Review the outline \
    first. An estimate, not a reading; for research.
    """
  static let examples = [
    Example("p = phantom; p.lungs | cardiothoracic-ratio", "Measures the true lungs of the phantom."),
    Example("p = phantom; (p.lungs | cardiothoracic-ratio).ratio > 0.5", "Tests for a ratio above 0.5."),
  ]
  static let seeAlso = ["severity", "measure-distance"]
  static let keywords = ["heart", "ctr", "cardiomegaly"]

  /// A rule of thumb: hearts are wider than this on nearly every frontal X-ray of a chest.
  private static let narrowestHeart = 0.33

  @Input("Lung labels: 1 right, 2 left.") var lungs: LabelImage

  func run(_ context: Context) throws -> Record {
    let widths = try context.sided(lungs).chestWidths()
    let origin = ChestOrigin(of: context.input, from: context.origins, size: lungs.size).segmentation
    let isOfModel =
      origin.map { $0.source != nil && $0.lungs.labels == $0.uncorrected.lungs.labels && $0.lungs.labels == lungs.labels } ?? false
    guard !isOfModel, widths.ratio >= Self.narrowestHeart else { throw CommandProblem.heartHidden(isOfModel ? nil : widths.ratio) }
    var fields: [(String, any Value)] = [
      ("ratio", widths.ratio), ("heart", widths.heart), ("thorax", Double(widths.thorax)), ("thorax_row", Double(widths.thoraxRow)),
    ]
    if let step = lungs.spacing.millimeters {
      fields += [("heart_mm", widths.heart * step.column), ("thorax_mm", Double(widths.thorax) * step.column)]
    }
    return Record(fields)
  }
}
