import ImageOps
import SegLang

/// `bilateral-filter`: smoothing that keeps edges.
struct BilateralFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths an image and preserves edges, with a bilateral filter."
  static let discussion = """
    Averages a disk of 1.5 sigma, weighted by a Gaussian of the distance (sigma) and a Gaussian of the intensity difference (sigma_intensity). \
    Borders are mirrored about the outermost pixels. Definition: OpenCV bilateralFilter.
    """
  static let examples = [
    Example("phantom | bilateral-filter", "Removes noise and keeps edges."),
    Example("phantom | bilateral-filter sigma=4px sigma_intensity=10%", "Smooths over a wider neighborhood."),
  ]
  static let seeAlso = ["gaussian-filter", "median-filter", "guided-filter", "non-local-means"]
  static let keywords = ["denoise", "blur"]

  @Input("Image to smooth.") var image: GrayImage
  @Option("Standard deviation of the distance.", in: 0.1...100) var sigma: Length = .pixels(2)
  @Option("Standard deviation of the intensity difference: an intensity, or a fraction of the range.") var sigmaIntensity: Intensity =
    .share(0.1)

  func run(_ context: Context) throws -> GrayImage {
    let sigma = try context.pixels(sigma, on: image.spacing)
    return try image.bilateralFiltered(sigma: sigma, intensitySigma: try image.difference(sigmaIntensity, "sigma_intensity"))
  }
}
