import ImageOps
import SegLang

/// `gamma`: the gamma curve.
struct GammaCommand: Command {
  static let category = Category.intensity
  static let summary = "Applies a gamma correction."
  static let discussion = """
    Raises the intensity, as a fraction of the range, to the power gamma. Values below 1 brighten, values above 1 darken. Definition: \
    scikit-image adjust_gamma.
    """
  static let examples = [
    Example("phantom | gamma 0.6", "Brightens the mediastinum."),
    Example("phantom | gamma 2", "Darkens all but the brightest parts."),
  ]
  static let seeAlso = ["log-transform", "window"]
  static let keywords = ["brightness"]

  @Input("Image to correct.") var image: GrayImage
  @Argument("Gamma, the exponent.", in: 0.01...100) var exponent: Double

  func run(_ context: Context) throws -> GrayImage {
    try image.gammaCorrected(exponent)
  }
}
