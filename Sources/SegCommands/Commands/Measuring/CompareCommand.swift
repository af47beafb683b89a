import ImageOps
import SegLang

/// `compare`: how two masks agree.
struct CompareCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how well a mask agrees with another: overlap, and the distance of their outlines."
  static let discussion = """
    Dice is twice the common area by the sum of both, IoU the common area by that of both together; 1 is the same mask. Precision is the share of the \
    first that lies in the second, recall the reverse. Hausdorff is the greatest distance of the outlines, hausdorff95 its 95th percentile, and \
    surface their mean distance; in mm where the spacing is known, otherwise in px. Boundary Dice is the share of both outlines within the tolerance of \
    the other, kappa the agreement beyond chance.
    """
  static let examples = [
    Example("p = phantom; s = p | segment; s.lungs | compare (p.lungs)", "Says how well the network finds the lungs of a phantom."),
    Example("p = phantom; (p | segment | compare (p.opacity)).dice", "Gives the Dice coefficient alone."),
  ]
  static let seeAlso = ["segment", "regions"]
  static let keywords = ["dice", "iou", "jaccard", "overlap", "agreement", "hausdorff", "evaluate"]

  @Input("Mask in question.") var mask: Mask
  @Argument("Mask that is held to be true.") var truth: Mask
  @Option("Distance of outlines that boundary Dice allows; one pixel where none is given.", in: 0...1000) var tolerance: Length?

  func run(_ context: Context) throws -> Agreement {
    let overlap = try Overlap(of: mask, against: truth)
    let isMetric = mask.spacing != .unknown || truth.spacing != .unknown
    let spacing = truth.spacing == .unknown ? mask.spacing : truth.spacing
    let side = isMetric ? spacing.millimetresPerPixel ?? 1 : 1
    let allowed = try tolerance.map { try context.pixels($0, on: spacing) } ?? 1
    let distances = try surfaceDistances(
      of: mask, against: truth, inMillimetres: isMetric, tolerance: allowed * side, polling: context.cancellation)
    return Agreement(overlap: overlap, distances: distances, spacing: spacing)
  }
}
