import ImageOps
import SegLang

/// `gradient`: how steep intensity is.
struct GradientCommand: Command {
  static let category = Category.filters
  static let summary = "Computes the gradient magnitude."
  static let discussion = """
    Square root of half the sum of the squared derivatives. Borders are mirrored. Definition: scikit-image sobel, scharr and prewitt.
    """
  static let examples = [
    Example("phantom | gradient", "Shows edges."),
    Example("phantom | gradient method=scharr | threshold p95", "Marks the steepest 5 % of pixels."),
  ]
  static let seeAlso = ["canny"]
  static let keywords = ["edge", "edges", "sobel"]

  @Input("Image to differentiate.") var image: GrayImage
  @Option("Derivative kernel.") var method = GradientOperator.sobel

  func run(_ context: Context) throws -> GrayImage {
    try image.gradientMagnitude(by: method)
  }
}
