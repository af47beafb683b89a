import ImageOps
import SegLang

/// `skeletonize`: thinning.
struct SkeletonizeCommand: Command {
  static let category = Category.masks
  static let summary = "Thins a mask to a skeleton one pixel wide."
  static let discussion = """
    Removes border pixels layer by layer without breaking a region or closing a hole. Methods: guo-hall (scikit-image thin) and zhang-suen. \
    iterations= stops after that number of layers.
    """
  static let examples = [
    Example("p = phantom; p.lungs.all | skeletonize", "Computes the centerlines of the lungs."),
    Example("phantom | threshold otsu | skeletonize iterations=2", "Removes two layers."),
  ]
  static let seeAlso = ["distance-transform", "morph-erode"]
  static let keywords = ["skeletonize", "skeleton", "thin", "thinning", "centerline"]

  @Input("Mask to thin.") var mask: Mask
  @Option("Thinning algorithm.") var method = ThinningMethod.guoHall
  @Option("Number of iterations. Default: until nothing changes.", in: 0...65_535) var iterations: Int?

  func run(_ context: Context) throws -> Mask {
    try mask.thinned(by: method, steps: iterations)
  }
}
