import ImageOps
import SegLang

/// `gradient`: how steep intensity is.
struct GradientCommand: Command {
  static let category = Category.filters
  static let summary = "Says for each pixel how steeply the intensity changes."
  static let discussion = """
    The root of half the sum of both squared differences, by Sobel's, Scharr's or Prewitt's weights, mirrored at the border. \
    Definition: scikit-image's sobel, scharr and prewitt.
    """
  static let examples = [
    Example("phantom | gradient", "Shows edges by Sobel's weights."),
    Example("phantom | gradient method=scharr | threshold p95", "Marks the steepest twentieth."),
  ]
  static let seeAlso = ["canny"]
  static let keywords = ["edge", "edges", "sobel"]

  @Input("Picture to differentiate.") var image: GrayImage
  @Option("Weights.") var method = GradientOperator.sobel

  func run(_ context: Context) throws -> GrayImage {
    try image.gradientMagnitude(by: method, polling: context.cancellation)
  }
}
