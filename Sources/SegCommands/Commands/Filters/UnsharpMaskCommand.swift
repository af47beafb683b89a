import ImageOps
import SegLang

/// `unsharp-mask`: sharpening.
struct UnsharpMaskCommand: Command {
  static let category = Category.filters
  static let summary = "Sharpens an image by unsharp masking."
  static let discussion = """
    Adds amount times the difference from a Gaussian-smoothed copy, and clips the result to the range of the image. Definition: scikit-image \
    unsharp_mask.
    """
  static let examples = [
    Example("phantom | unsharp-mask", "Sharpens edges."),
    Example("phantom | unsharp-mask sigma=5px amount=2", "Sharpens coarser structures more strongly."),
  ]
  static let seeAlso = ["gaussian-filter", "difference-of-gaussians"]
  static let keywords = ["sharpen", "sharpening"]

  @Input("Image to sharpen.") var image: GrayImage
  @Option("Standard deviation of the Gaussian kernel.", in: 0...1000) var sigma: Length = .pixels(2)
  @Option("Weight of the difference; negative values blur.", in: -100...100) var amount = 1.0

  func run(_ context: Context) throws -> GrayImage {
    try image.unsharpMasked(sigma: context.pixels(sigma, on: image.spacing), amount: amount)
  }
}
