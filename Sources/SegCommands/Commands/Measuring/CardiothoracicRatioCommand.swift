import ImageOps
import SegLang

/// `cardiothoracic-ratio`: heart by chest.
struct CardiothoracicRatioCommand: Command {
  static let category = Category.measuring
  static let summary = "Estimates the cardiothoracic ratio from the outlines of both lungs."
  static let discussion = """
    The chest is the widest row from the outer border of one lung to that of the other; the heart is its greatest extent to both sides \
    of the midline, with the lungs' inner borders in the lower half, above the diaphragm, taken for its own. In px, and in mm where the \
    spacing is known. It holds for lungs that end at the heart, and is far too small for lungs that reach behind it, as the shipped model \
    and many annotators draw them: below 0.33 a note says so. Look at the outline first. An estimate, not a reading; for research.
    """
  static let examples = [
    Example("p = phantom; p.lungs | cardiothoracic-ratio", "Measures the phantom's own lungs."),
    Example("s = phantom | segment; (s.lungs | cardiothoracic-ratio).ratio", "Measures what the network found."),
  ]
  static let seeAlso = ["severity", "ruler"]
  static let keywords = ["heart", "ctr", "cardiomegaly"]

  /// Hearts are wider than this on nearly every frontal X-ray of a chest.
  private static let narrowestHeart = 0.33

  @Input("The lungs, label 1 right and 2 left.") var lungs: LabelImage

  func run(_ context: Context) throws -> Record {
    let widths = try context.sided(lungs).chestWidths(polling: context.cancellation)
    if widths.ratio < Self.narrowestHeart {
      context.noteOfCase("these lungs reach behind the heart, which they do not tell: correct their inner borders, or use `ruler`")
    }
    var fields: [(String, any Value)] = [
      ("ratio", widths.ratio), ("heart", widths.heart), ("thorax", Double(widths.thorax)), ("thorax_row", Double(widths.thoraxRow)),
    ]
    if let step = lungs.spacing.millimetres {
      fields += [("heart_mm", widths.heart * step.column), ("thorax_mm", Double(widths.thorax) * step.column)]
    }
    return Record(fields)
  }
}
