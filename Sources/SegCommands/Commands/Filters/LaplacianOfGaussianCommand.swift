import ImageOps
import SegLang

/// `laplacian-of-gaussian`: spots and ridges.
struct LaplacianOfGaussianCommand: Command {
  static let category = Category.filters
  static let summary = "Computes the Laplacian of Gaussian, a blob and ridge detector."
  static let discussion = """
    Sum of the second derivatives after Gaussian smoothing: negative on bright blobs and ridges, positive on dark ones. Borders are mirrored. \
    Definition: SciPy gaussian_laplace.
    """
  static let examples = [
    Example("phantom | laplacian-of-gaussian sigma=3px", "Responds to vessels and rib borders."),
    Example("phantom | laplacian-of-gaussian sigma=3px | threshold 0.5", "Marks dark blobs."),
  ]
  static let seeAlso = ["difference-of-gaussians", "gradient"]

  @Input("Image to filter.") var image: GrayImage
  @Option("Standard deviation of the Gaussian kernel.", in: 0.1...1000) var sigma: Length = .pixels(2)

  func run(_ context: Context) throws -> GrayImage {
    try image.laplacianOfGaussian(sigma: context.pixels(sigma, on: image.spacing))
  }
}
