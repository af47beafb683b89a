import ImageOps
import SegLang

/// `convex-hull`: the region without dents.
struct ConvexHullCommand: Command {
  static let category = Category.masks
  static let summary = "Computes the convex hull of a mask."
  static let discussion = """
    With per_region=true each connected component has its own hull. Definition: scikit-image convex_hull_image and convex_hull_object.
    """
  static let examples = [
    Example("p = phantom; p.lungs.right | convex-hull", "Fills the concavities of the right lung."),
    Example("phantom | segment | convex-hull per_region=true", "Computes the hull of each region."),
  ]
  static let seeAlso = ["fill-holes", "morph-close"]

  @Input("Mask to enclose.") var mask: Mask
  @Option("Compute one hull per connected component.") var perRegion = false

  func run(_ context: Context) throws -> Mask {
    try mask.convexHull(ofEachComponent: perRegion)
  }
}
