import ImageOps
import SegLang

/// `cardiothoracic-ratio`: heart by chest.
struct CardiothoracicRatioCommand: Command {
  static let category = Category.measuring
  static let summary = "Estimates the cardiothoracic ratio from the outlines of both lungs."
  static let discussion = """
    The chest is the widest row from the outer border of one lung to that of the other; the heart is its greatest extent to both sides \
    of the midline, with the lungs' inner borders in the lower half, above the diaphragm, taken for its own. In px, and in mm where the \
    spacing is known. Only lungs that end at the heart show its border. The lungs of a model reach behind the heart, so they are refused until they \
    are corrected, as is a ratio below 0.33, which is too small for a heart on a frontal view. Look at the outline first. An estimate, not a reading; \
    for research.
    """
  static let examples = [
    Example("p = phantom; p.lungs | cardiothoracic-ratio", "Measures the phantom's own lungs."),
    Example("p = phantom; (p.lungs | cardiothoracic-ratio).ratio > 0.5", "Asks about the ratio alone."),
  ]
  static let seeAlso = ["severity", "ruler"]
  static let keywords = ["heart", "ctr", "cardiomegaly"]

  /// A rule of thumb: hearts are wider than this on nearly every frontal X-ray of a chest.
  private static let narrowestHeart = 0.33

  @Input("The lungs, label 1 right and 2 left.") var lungs: LabelImage

  func run(_ context: Context) throws -> Record {
    let widths = try context.sided(lungs).chestWidths(polling: context.cancellation)
    let origin = ChestOrigin(of: context.input, from: context.origins, size: lungs.size).segmentation
    let isOfModel =
      origin.map { $0.source != nil && $0.lungs.labels == $0.uncorrected.lungs.labels && $0.lungs.labels == lungs.labels } ?? false
    guard !isOfModel, widths.ratio >= Self.narrowestHeart else { throw CommandProblem.heartHidden(isOfModel ? nil : widths.ratio) }
    var fields: [(String, any Value)] = [
      ("ratio", widths.ratio), ("heart", widths.heart), ("thorax", Double(widths.thorax)), ("thorax_row", Double(widths.thoraxRow)),
    ]
    if let step = lungs.spacing.millimetres {
      fields += [("heart_mm", widths.heart * step.column), ("thorax_mm", Double(widths.thorax) * step.column)]
    }
    return Record(fields)
  }
}
