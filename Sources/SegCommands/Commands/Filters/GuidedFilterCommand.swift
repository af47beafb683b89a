import ImageOps
import SegLang

/// `guided-filter`: smoothing by local straight lines.
struct GuidedFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths an image and preserves edges, with a guided filter."
  static let discussion = """
    The guided filter of He, Sun and Tang, with the image as its own guide. Its regularization eps is sigma_intensity squared: details with a \
    local standard deviation of sigma_intensity are halved. The run time does not depend on the radius.
    """
  static let examples = [
    Example("phantom | guided-filter", "Smooths uniform areas."),
    Example("phantom | guided-filter radius=12px sigma_intensity=15%", "Smooths everything but strong edges."),
  ]
  static let seeAlso = ["bilateral-filter", "gaussian-filter"]

  @Input("Image to smooth.") var image: GrayImage
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(4)
  @Option("Standard deviation that is halved: an intensity, or a fraction of the range.") var sigmaIntensity: Intensity = .share(0.05)

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.guidedFiltered(radius: radius, deviation: try image.difference(sigmaIntensity, "sigma_intensity"))
  }
}
