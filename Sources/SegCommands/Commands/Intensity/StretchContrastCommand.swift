import ImageOps
import SegLang
import SegValues

/// `stretch-contrast`: contrast between two levels.
struct StretchContrastCommand: Command {
  static let category = Category.intensity
  static let summary = "Stretches the contrast between two levels to the range 0 to 255."
  static let discussion = """
    Values below low become black, values above high become white.
    """
  static let examples = [
    Example("phantom | stretch-contrast low=p2 high=p98", "Stretches between the 2nd and the 98th percentile."),
    Example("p = phantom; p | stretch-contrast within=p.lungs | show display=none", "Stretches with the percentiles of the lungs."),
  ]
  static let seeAlso = ["window", "normalize"]
  static let keywords = ["brightness", "contrast", "autocontrast"]

  @Input("Image to stretch.") var image: GrayImage
  @Option("Level that becomes black.") var low: Intensity = .percentile(0.01)
  @Option("Level that becomes white.") var high: Intensity = .percentile(0.99)
  @Option("Mask in which percentiles are measured. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    let black = try image.level(low, within: within)
    let white = try image.level(high, within: within)
    guard black <= white else { throw CommandProblem.outOfRange("low", low.oneLine, "below high (\(high.oneLine))") }
    return try image.rescaled(from: black...white, to: 0...255)
  }
}
