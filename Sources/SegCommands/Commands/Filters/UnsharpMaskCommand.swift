import ImageOps
import SegLang

/// `unsharp-mask`: sharpening.
struct UnsharpMaskCommand: Command {
  static let category = Category.filters
  static let summary = "Sharpens by adding the difference from a smoothed copy."
  static let discussion = """
    The amount times the difference from a Gaussian of sigma is added, and the result clipped to the picture's range. Definition: \
    scikit-image's unsharp_mask.
    """
  static let examples = [
    Example("phantom | unsharp-mask", "Sharpens edges."),
    Example("phantom | unsharp-mask sigma=5px amount=2", "Sharpens larger structures, more strongly."),
  ]
  static let seeAlso = ["smooth", "difference-of-gaussians"]
  static let keywords = ["sharpen", "sharpening"]

  @Input("Picture to sharpen.") var image: GrayImage
  @Option("Standard deviation of the Gaussian.", in: 0...1000) var sigma: Length = .pixels(2)
  @Option("How much of the difference is added; below 0 blurs.", in: -100...100) var amount = 1.0

  func run(_ context: Context) throws -> GrayImage {
    try image.unsharpMasked(sigma: context.pixels(sigma, on: image.spacing), amount: amount, polling: context.cancellation)
  }
}
