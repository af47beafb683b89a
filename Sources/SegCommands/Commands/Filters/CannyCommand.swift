import Basics
import ImageOps
import SegLang
import SegValues

/// `canny`: thin edges.
struct CannyCommand: Command {
  static let category = Category.filters
  static let summary = "Detects edges with the Canny detector."
  static let discussion = """
    Smooths with a Gaussian, thins the Sobel gradient to one pixel, and keeps ridges above low that are connected to a point above high. \
    Thresholds refer to the integer Sobel kernel, that is 8 times the intensity change per pixel. Borders are mirrored. Definition: scikit-image \
    canny.
    """
  static let examples = [
    Example("phantom | canny low=20 high=60", "Detects outlines."),
    Example("phantom | canny sigma=3px low=10 high=30 | overlay", "Detects coarse edges and overlays them."),
  ]
  static let seeAlso = ["gradient", "contour"]
  static let keywords = ["edge", "edges", "edge-detection"]

  @Input("Image to search.") var image: GrayImage
  @Option("Standard deviation of the Gaussian kernel.", in: 0...1000) var sigma: Length = .pixels(1)
  @Option("Low hysteresis threshold of the gradient.", in: 0...1e6) var low = 25.0
  @Option("High hysteresis threshold of the gradient.", in: 0...1e6) var high = 50.0

  func run(_ context: Context) throws -> Mask {
    guard low <= high else { throw CommandProblem.outOfRange("low", NumberFormat.exact(low), "at most high (\(NumberFormat.exact(high)))") }
    return try image.cannyEdges(sigma: context.pixels(sigma, on: image.spacing), low: low, high: high)
  }
}
