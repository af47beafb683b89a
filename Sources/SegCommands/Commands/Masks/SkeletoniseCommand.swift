import ImageOps
import SegLang

/// `skeletonise`: thinning.
struct SkeletoniseCommand: Command {
  static let category = Category.masks
  static let summary = "Thins a mask to lines one pixel wide."
  static let discussion = """
    Border pixels go layer by layer, without breaking a region or closing a hole. Methods: guo-hall (scikit-image's thin) and \
    zhang-suen; steps= stops after so many layers.
    """
  static let examples = [
    Example("p = phantom; p.lungs.all | skeletonise", "Gives the middle lines of the lungs."),
    Example("phantom | threshold otsu | skeletonise steps=2", "Takes two layers off."),
  ]
  static let seeAlso = ["distance", "morph-erode"]
  static let keywords = ["skeletonize", "skeleton", "thin", "thinning", "centerline"]

  @Input("Mask to thin.") var mask: Mask
  @Option("How pixels are chosen.") var method = ThinningMethod.guoHall
  @Option("Number of layers; until nothing changes where none is given.", in: 0...65_535) var steps: Int?

  func run(_ context: Context) throws -> Mask {
    try mask.thinned(by: method, steps: steps, polling: context.cancellation)
  }
}
