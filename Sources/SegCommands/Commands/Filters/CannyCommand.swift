import ImageOps
import SegLang

/// `canny`: thin edges.
struct CannyCommand: Command {
  static let category = Category.filters
  static let summary = "Finds edges one pixel wide."
  static let discussion = """
    The picture is smoothed by sigma; ridges of its gradient above low that hang together with a place above high are kept. Levels are \
    of Sobel's whole-number weights, 8 times the change of intensity a pixel. Definition: scikit-image's canny with mirrored borders.
    """
  static let examples = [
    Example("phantom | canny low=20 high=60", "Finds the outlines."),
    Example("phantom | canny sigma=3px low=10 high=30 | overlay", "Finds the larger ones and draws them."),
  ]
  static let seeAlso = ["gradient", "contour"]
  static let keywords = ["edge", "edges", "edge-detection"]

  @Input("Picture to find edges in.") var image: GrayImage
  @Option("Standard deviation of the Gaussian.", in: 0...1000) var sigma: Length = .pixels(1)
  @Option("Gradient that an edge must exceed everywhere.", in: 0...1e6) var low = 25.0
  @Option("Gradient that an edge must reach somewhere.", in: 0...1e6) var high = 50.0

  func run(_ context: Context) throws -> Mask {
    guard low <= high else { throw CommandProblem.outOfRange("low", numberText(low), "at most high (\(numberText(high)))") }
    return try image.cannyEdges(
      sigma: context.pixels(sigma, on: image.spacing), low: low, high: high, polling: context.cancellation)
  }
}
