import ImageOps
import SegLang
import SegValues

/// `compare`: how two masks agree.
struct CompareCommand: Command {
  static let category = Category.measuring
  static let summary = "Compares a mask with a reference mask: overlap and surface distances."
  static let discussion = """
    Dice is twice the intersection divided by the sum of both areas, IoU the intersection divided by the union; 1 means identical masks. \
    Precision is the fraction of the mask that lies in the reference, recall the fraction of the reference that lies in the mask. hausdorff is \
    the largest surface distance, hausdorff95 its 95th percentile, and surface the mean surface distance, in mm if the pixel spacing is known, \
    otherwise in px. Boundary Dice is the fraction of both outlines within the tolerance of the other. Kappa is the agreement beyond chance.
    """
  static let examples = [
    Example("p = phantom; s = p | segment; s.lungs | compare (p.lungs)", "Compares the predicted lungs of a phantom with the true ones."),
    Example("p = phantom; (p | segment | compare (p.opacity)).dice", "Returns the Dice coefficient alone."),
  ]
  static let seeAlso = ["segment", "regions"]
  static let keywords = ["dice", "iou", "jaccard", "overlap", "agreement", "hausdorff", "evaluate"]

  @Input("Mask to evaluate.") var mask: Mask
  @Argument("Reference mask.") var reference: Mask
  @Option("Surface distance that boundary Dice tolerates. Default: one pixel.", in: 0...1000) var tolerance: Length?

  func run(_ context: Context) throws -> Agreement {
    let overlap = try Overlap(of: mask, against: reference)
    let isMetric = mask.spacing != .unknown || reference.spacing != .unknown
    let spacing = reference.spacing == .unknown ? mask.spacing : reference.spacing
    let side = isMetric ? spacing.millimetersPerPixel ?? 1 : 1
    let allowed = try tolerance.map { try context.pixels($0, on: spacing) } ?? 1
    let distances = try surfaceDistances(of: mask, against: reference, inMillimeters: isMetric, tolerance: allowed * side)
    return Agreement(overlap: overlap, distances: distances, spacing: spacing)
  }
}
