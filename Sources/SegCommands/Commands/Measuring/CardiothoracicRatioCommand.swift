import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `cardiothoracic-ratio`: heart by chest.
struct CardiothoracicRatioCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the cardiothoracic ratio from heart and lungs."
  static let discussion = """
    The thoracic width is the largest distance between the outer lung borders in one row. The cardiac width is the sum of the largest distances \
    from the midline to the right and left border of the heart (Danzer 1919). The heart is that of the segmentation (segment structures=heart, or \
    drawn with include … layer=heart), or heart=. The midline is the mean center of the gap between the lungs in their upper third. \
    Widths are in px, and in mm if the pixel spacing is known. The property doubt states why a ratio is doubtful: an AP or unknown view (bedside \
    films magnify the heart), a rotated patient, a child, an implausible value. Without a heart, the inner borders of the lungs are used in their lower half above the \
    diaphragm, which needs lung masks that end at the heart: lungs predicted by a model include the lung behind the heart, so they are refused until \
    corrected; so is a ratio below 0.33. Review the outlines first. For research; not a diagnosis.
    """
  static let examples = [
    Example("p = phantom; p.lungs | cardiothoracic-ratio heart=p.heart", "Measures the true heart and lungs of the phantom."),
    Example(
      "s = phantom | segment | include ellipse [[220, 195], [415, 370]] layer=heart; (s | cardiothoracic-ratio).ratio > 0.5",
      "Tests a drawn heart for a ratio above 0.5."),
    Example("p = phantom; p.lungs | cardiothoracic-ratio", "Estimates it from the true lungs alone."),
  ]
  static let seeAlso = ["segment", "include", "measure-distance"]
  static let keywords = ["heart", "ctr", "cardiomegaly", "cardiac"]

  /// A rule of thumb: hearts are wider than this on nearly every frontal X-ray of a chest.
  private static let narrowestHeart = 0.33

  @Input("Segmentation with a heart, or lung labels: 1 right, 2 left.") var chest: SegmentationOrLabels
  @Option("Mask of the heart. Default: the heart of the segmentation.") var heart: Mask?

  func run(_ context: Context) throws -> Record {
    guard let heart = heart ?? chest.heart else { return record(try widthsOfLungs(context), doubt: nil) }
    guard !heart.isEmpty else { throw CommandProblem.emptyHeart }
    let widths = try context.sided(chest.lungs).chestWidths(heart: heart)
    let doubt = doubts(of: widths, context).joined(separator: "; ")
    if !doubt.isEmpty { context.note("the ratio is doubtful: \(doubt)") }
    return record(widths, doubt: doubt.isEmpty ? nil : doubt)
  }

  private func widthsOfLungs(_ context: Context) throws -> ChestWidths {
    let lungs = chest.lungs
    let widths = try context.sided(lungs).chestWidths()
    let origin = ChestOrigin(of: context.input, from: context.origins, size: lungs.size).segmentation
    let isOfModel =
      origin.map { $0.source != nil && $0.lungs.labels == $0.uncorrected.lungs.labels && $0.lungs.labels == lungs.labels } ?? false
    guard !isOfModel, widths.ratio >= Self.narrowestHeart else { throw CommandProblem.heartHidden(isOfModel ? nil : widths.ratio) }
    return widths
  }

  private func record(_ widths: ChestWidths, doubt: String?) -> Record {
    var fields: [(String, any Value)] = [
      ("ratio", widths.ratio), ("heart", widths.heart), ("heart_right", widths.heartRight), ("heart_left", widths.heartLeft),
      ("thorax", Double(widths.thorax)), ("thorax_row", Double(widths.thoraxRow)),
    ]
    if let step = chest.spacing.millimeters {
      fields += [("heart_mm", widths.heart * step.column), ("thorax_mm", Double(widths.thorax) * step.column)]
    }
    if let doubt { fields.append(("doubt", doubt)) }
    return Record(fields)
  }

  private func doubts(of widths: ChestWidths, _ context: Context) -> [String] {
    var doubts: [String] = []
    let origin = ChestOrigin(of: context.input, from: context.origins, size: chest.size).segmentation
    if let doubt = origin?.doubt { doubts.append(doubt.finding) }
    let xray = context.origins.lazy.compactMap { $0.xray(of: chest.size)?.image }.first
    // A generated image is no film of either view.
    let isGenerated = xray.map { $0.source == nil } ?? false
    switch xray?.source?.examination?.projection {
    case .anteroposterior?: doubts.append("the AP view magnifies the heart")
    case .posteroanterior?: break
    case nil where !isGenerated: doubts.append("the view is not stated; an AP or bedside view magnifies the heart")
    case nil: break
    }
    for doubt in widths.doubts {
      switch doubt {
      case .rotated(let share):
        doubts.append(
          "the midline is \(NumberFormat.percent(share)) of the thoracic width away from the middle of the chest: the patient may be rotated"
        )
      case .oneSided: doubts.append("the heart lies on one side of the midline")
      case .implausible: doubts.append("the ratio is implausible: review heart and lungs")
      }
    }
    return doubts
  }
}
