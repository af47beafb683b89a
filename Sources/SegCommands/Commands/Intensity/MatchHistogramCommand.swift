import ImageOps
import SegLang

/// `match-histogram`: the histogram of another image.
struct MatchHistogramCommand: Command, StatesMemory {
  static let category = Category.intensity
  static let summary = "Matches the histogram of an image to a reference image."
  static let discussion = """
    Maps each pixel to the intensity with the same cumulative fraction in the reference. This makes a follow-up comparable with a prior. \
    Definition: scikit-image match_histograms.
    """
  static let examples = [
    Example("a = phantom seed=1; b = phantom seed=2; a | match-histogram b", "Shows one image with the gray levels of another."),
    Example("p = phantom; p | gaussian-filter sigma=3px | match-histogram p", "Restores the contrast lost by smoothing."),
  ]
  static let seeAlso = ["equalize", "normalize"]

  @Input("Image to change.") var image: GrayImage
  @Argument("Image with the desired histogram.") var reference: GrayImage

  /// Numbers in order and the places of those changed are sorted aside.
  func workingBytes(_ context: Context) -> Int { 4 * (2 * image.size.count + max(image.size.count, 2 * reference.size.count)) }

  func run(_ context: Context) throws -> GrayImage {
    try image.histogramMatched(to: reference)
  }
}
