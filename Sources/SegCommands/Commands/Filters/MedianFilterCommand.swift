import ImageOps
import SegLang

/// `median-filter`: the local median.
struct MedianFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Replaces each pixel by the median of the square around it, which takes specks out and keeps edges."
  static let discussion = """
    The square is 2 radius + 1 pixels wide and mirrored at the border, as SciPy's median_filter; rank= takes another percentage of the \
    sorted pixels, 0% the least and 100% the greatest.
    """
  static let examples = [
    Example("phantom noise=3 | median-filter radius=2px", "Takes grain out."),
    Example("phantom | median-filter radius=5px rank=90%", "Takes the pixel that nine tenths do not exceed."),
  ]
  static let seeAlso = ["smooth", "morph-open", "bilateral-filter"]
  static let keywords = ["blur", "denoise", "noise", "rank"]

  @Input("Picture to filter.") var image: GrayImage
  @Option("Radius of the window.", in: 0...1000) var radius: Length = .pixels(1)
  @Option("Share of the sorted pixels that lie before the one taken.", in: 0...1) var rank = 0.5

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.rankFiltered(percent: rank * 100, radius: radius, polling: context.cancellation)
  }
}
