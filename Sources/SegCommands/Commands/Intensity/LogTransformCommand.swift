import ImageOps
import SegLang

/// `log-transform`: the logarithmic curve.
struct LogTransformCommand: Command {
  static let category = Category.intensity
  static let summary = "Applies a logarithmic transform."
  static let discussion = """
    Maps a fraction x of the range to log2(1 + x), which brightens dark areas and compresses bright ones. inverse=true applies 2^x - 1, which \
    reverts it. Definition: scikit-image adjust_log.
    """
  static let examples = [
    Example("phantom | log-transform", "Brightens the lungs."),
    Example("phantom | log-transform | log-transform inverse=true", "Restores the original image."),
  ]
  static let seeAlso = ["gamma"]

  @Input("Image to transform.") var image: GrayImage
  @Option("Apply the inverse transform.") var inverse = false

  func run(_ context: Context) throws -> GrayImage {
    try image.logCorrected(isInverse: inverse)
  }
}
