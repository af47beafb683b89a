import ImageOps
import SegLang

/// `median-filter`: the local median.
struct MedianFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Computes the local median in a square window."
  static let discussion = """
    Removes specks and keeps edges. The window is 2 radius + 1 pixels wide. Borders are mirrored. percentile= selects another rank, from 0% \
    (minimum) to 100% (maximum). Definition: SciPy median_filter and percentile_filter.
    """
  static let examples = [
    Example("phantom noise=3 | median-filter radius=2px", "Removes noise."),
    Example("phantom | median-filter radius=5px percentile=90%", "Computes the local 90th percentile."),
  ]
  static let seeAlso = ["gaussian-filter", "morph-open", "bilateral-filter"]
  static let keywords = ["blur", "denoise", "noise", "rank"]

  @Input("Image to filter.") var image: GrayImage
  @Option("Radius of the window.", in: 0...1000) var radius: Length = .pixels(1)
  @Option("Percentile of the window to return, as a fraction; 0.5 is the median.", in: 0...1) var percentile = 0.5

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.rankFiltered(percent: percentile * 100, radius: radius)
  }
}
