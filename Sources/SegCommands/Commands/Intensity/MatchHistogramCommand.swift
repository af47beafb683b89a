import ImageOps
import SegLang

/// `match-histogram`: the histogram of another picture.
struct MatchHistogramCommand: Command, StatesMemory {
  static let category = Category.intensity
  static let summary = "Gives a picture the histogram of another."
  static let discussion = """
    Each pixel becomes the intensity below which the same share of the other picture lies. It makes a follow-up comparable with a \
    prior. Definition: scikit-image's match_histograms.
    """
  static let examples = [
    Example("a = phantom seed=1; b = phantom seed=2; a | match-histogram b", "Shows one picture in the tones of another."),
    Example("p = phantom; p | smooth sigma=3px | match-histogram p", "Gives back the contrast that smoothing took."),
  ]
  static let seeAlso = ["equalise", "normalise"]

  @Input("Picture to change.") var image: GrayImage
  @Argument("Picture whose histogram is wanted.") var reference: GrayImage

  /// Numbers in order and the places of those changed are sorted aside.
  func workingBytes(_ context: Context) -> Int { 4 * (2 * image.size.count + max(image.size.count, 2 * reference.size.count)) }

  func run(_ context: Context) throws -> GrayImage {
    try image.histogramMatched(to: reference, polling: context.cancellation)
  }
}
