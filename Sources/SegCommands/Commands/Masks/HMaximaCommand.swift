import ImageOps
import SegLang

/// `h-maxima`: high places.
struct HMaximaCommand: Command {
  static let category = Category.masks
  static let summary = "Finds local maxima of at least a given height (h-maxima)."
  static let discussion = """
    A maximum counts if it rises by height or more above the saddle to any higher one. The global maximum always counts. Neighborhoods are \
    8-connected. Definition: scikit-image h_maxima.
    """
  static let examples = [
    Example("phantom | gaussian-filter sigma=4px | h-maxima height=5", "Marks prominent bright spots."),
    Example("p = phantom; p.lungs.all | distance-transform | h-maxima height=10", "Marks the thickest parts of the lungs."),
  ]
  static let seeAlso = ["reconstruct", "distance-transform"]

  @Input("Image to search.") var image: GrayImage
  @Option("Smallest height h: an intensity, or a fraction of the range.") var height: Intensity = .share(0.1)

  func run(_ context: Context) throws -> Mask {
    try image.peaks(ofHeight: image.difference(height, "height"))
  }
}
