import ImageOps
import SegLang

/// `laplacian-of-gaussian`: spots and ridges.
struct LaplacianOfGaussianCommand: Command {
  static let category = Category.filters
  static let summary = "Answers to spots and ridges of one size: below 0 on bright ones, above 0 on dark ones."
  static let discussion = """
    The sum of both second derivatives of the picture smoothed by sigma, mirrored at the border. Definition: SciPy's gaussian_laplace.
    """
  static let examples = [
    Example("phantom | laplacian-of-gaussian sigma=3px", "Answers to vessels and ribs' edges."),
    Example("phantom | laplacian-of-gaussian sigma=3px | threshold 0.5", "Marks dark spots."),
  ]
  static let seeAlso = ["difference-of-gaussians", "gradient"]

  @Input("Picture to filter.") var image: GrayImage
  @Option("Standard deviation of the Gaussian.", in: 0.1...1000) var sigma: Length = .pixels(2)

  func run(_ context: Context) throws -> GrayImage {
    try image.laplacianOfGaussian(sigma: context.pixels(sigma, on: image.spacing), polling: context.cancellation)
  }
}
