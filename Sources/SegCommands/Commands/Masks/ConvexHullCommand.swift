import ImageOps
import SegLang

/// `convex-hull`: the region without dents.
struct ConvexHullCommand: Command {
  static let category = Category.masks
  static let summary = "Fills the dents of a mask: the least convex region around it."
  static let discussion = """
    With each=true every region gets a hull of its own. Definition: scikit-image's convex_hull_image and convex_hull_object.
    """
  static let examples = [
    Example("p = phantom; p.lungs.right | convex-hull", "Fills the notch of the right lung."),
    Example("phantom | segment | convex-hull each=true", "Gives every region its own hull."),
  ]
  static let seeAlso = ["fill-holes", "morph-close"]

  @Input("Mask to enclose.") var mask: Mask
  @Option("Whether each region has a hull of its own.") var each = false

  func run(_ context: Context) throws -> Mask {
    try mask.convexHull(ofEachComponent: each, polling: context.cancellation)
  }
}
