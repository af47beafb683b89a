import ImageOps
import SegLang

/// `peaks`: high places.
struct PeaksCommand: Command {
  static let category = Category.masks
  static let summary = "Marks the peaks that rise by a height over the passes to higher ones."
  static let discussion = """
    The h-maxima of the picture, 8 neighbours; the highest peak always counts. Definition: scikit-image's h_maxima.
    """
  static let examples = [
    Example("phantom | smooth sigma=4px | peaks height=5", "Marks bright spots that stand out."),
    Example("p = phantom; p.lungs.all | distance | peaks height=10", "Marks the thickest parts."),
  ]
  static let seeAlso = ["reconstruct", "distance"]

  @Input("Picture to search.") var image: GrayImage
  @Option("Least rise: an intensity, or a share of the range.") var height: Intensity = .share(0.1)

  func run(_ context: Context) throws -> Mask {
    try image.peaks(ofHeight: image.difference(height, "height"), polling: context.cancellation)
  }
}
