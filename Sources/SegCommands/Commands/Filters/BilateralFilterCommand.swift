import ImageOps
import SegLang

/// `bilateral-filter`: smoothing that keeps edges.
struct BilateralFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths within regions and keeps the edges between them."
  static let discussion = """
    A mean weighted by a Gaussian of the distance (sigma) and one of the difference in intensity (contrast) over the disk of 1.5 sigma, \
    mirrored about the outermost pixels. Definition: OpenCV's bilateralFilter.
    """
  static let examples = [
    Example("phantom | bilateral-filter", "Takes grain out of flat parts."),
    Example("phantom | bilateral-filter sigma=4px contrast=10%", "Smooths more widely."),
  ]
  static let seeAlso = ["smooth", "median-filter", "guided-filter", "non-local-means"]
  static let keywords = ["denoise", "blur"]

  @Input("Picture to smooth.") var image: GrayImage
  @Option("Standard deviation of the distance.", in: 0.1...100) var sigma: Length = .pixels(2)
  @Option("Standard deviation of the difference: an intensity, or a share of the range.") var contrast: Intensity = .share(0.1)

  func run(_ context: Context) throws -> GrayImage {
    let sigma = try context.pixels(sigma, on: image.spacing)
    return try image.bilateralFiltered(
      sigma: sigma, intensitySigma: try image.difference(contrast, "contrast"), polling: context.cancellation)
  }
}
