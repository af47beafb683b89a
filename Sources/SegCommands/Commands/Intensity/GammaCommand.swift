import ImageOps
import SegLang

/// `gamma`: the gamma curve.
struct GammaCommand: Command {
  static let category = Category.intensity
  static let summary = "Raises the share of the range that each pixel is to a power."
  static let discussion = """
    Below 1 brightens, above 1 darkens; the ends of the range stay. Definition: scikit-image's adjust_gamma.
    """
  static let examples = [
    Example("phantom | gamma 0.6", "Brightens the mediastinum."),
    Example("phantom | gamma 2", "Darkens all but the brightest."),
  ]
  static let seeAlso = ["log-transform", "window"]
  static let keywords = ["brightness"]

  @Input("Picture to change.") var image: GrayImage
  @Argument("Power.", in: 0.01...100) var exponent: Double

  func run(_ context: Context) throws -> GrayImage {
    try image.gammaCorrected(exponent, polling: context.cancellation)
  }
}
