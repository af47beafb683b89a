import ImageOps
import SegLang

/// `log-transform`: the logarithmic curve.
struct LogTransformCommand: Command {
  static let category = Category.intensity
  static let summary = "Brightens the dark part and compresses the bright part of the range by a logarithm."
  static let discussion = """
    The share x of the range becomes log2(1 + x); with inverse=true it becomes 2^x - 1, which undoes it. Definition: scikit-image's \
    adjust_log.
    """
  static let examples = [
    Example("phantom | log-transform", "Lifts the lungs."),
    Example("phantom | log-transform | log-transform inverse=true", "Gives the picture back."),
  ]
  static let seeAlso = ["gamma"]

  @Input("Picture to change.") var image: GrayImage
  @Option("Whether the curve is undone.") var inverse = false

  func run(_ context: Context) throws -> GrayImage {
    try image.logCorrected(isInverse: inverse, polling: context.cancellation)
  }
}
