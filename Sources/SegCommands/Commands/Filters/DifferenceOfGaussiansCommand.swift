import ImageOps
import SegLang

/// `difference-of-gaussians`: a band of sizes.
struct DifferenceOfGaussiansCommand: Command {
  static let category = Category.filters
  static let summary = "Computes the difference of two Gaussian filters, a band-pass filter."
  static let discussion = """
    Subtracts the image smoothed with high_sigma from the image smoothed with low_sigma. The result is centered on 0. Borders are mirrored. \
    Definition: scikit-image difference_of_gaussians.
    """
  static let examples = [
    Example("phantom | difference-of-gaussians low_sigma=1px high_sigma=4px", "Shows vessels and edges."),
    Example("phantom | difference-of-gaussians low_sigma=4px high_sigma=16px | show", "Shows ribs."),
  ]
  static let seeAlso = ["laplacian-of-gaussian", "unsharp-mask"]

  @Input("Image to filter.") var image: GrayImage
  @Option("Standard deviation of the narrow Gaussian.", in: 0...1000) var lowSigma: Length = .pixels(1)
  @Option("Standard deviation of the wide Gaussian.", in: 0...1000) var highSigma: Length = .pixels(2)

  func run(_ context: Context) throws -> GrayImage {
    let (fine, coarse) = (try context.pixels(lowSigma, on: image.spacing), try context.pixels(highSigma, on: image.spacing))
    return try image.differenceOfGaussians(low: fine, high: coarse)
  }
}
