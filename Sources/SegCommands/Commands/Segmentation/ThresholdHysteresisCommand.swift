import ImageOps
import SegLang
import SegValues

/// `threshold-hysteresis`: two levels.
struct ThresholdHysteresisCommand: Command {
  static let category = Category.segmentation
  static let summary = "Segments regions above a low threshold that contain a pixel above a high one."
  static let discussion = """
    Regions are 4-connected. Definition: scikit-image apply_hysteresis_threshold.
    """
  static let examples = [
    Example("phantom | threshold-hysteresis low=60% high=80%", "Keeps bright regions with a very bright part."),
    Example("p = phantom; p | threshold-hysteresis low=p70 high=p95 within=(p.lungs.all)", "Limits the segmentation to the lungs."),
  ]
  static let seeAlso = ["threshold", "reconstruct"]

  @Input("Image to segment.") var image: GrayImage
  @Option("Low threshold: an intensity, a fraction of the range or a percentile.") var low: Intensity = .percentile(0.8)
  @Option("High threshold: an intensity, a fraction of the range or a percentile.") var high: Intensity = .percentile(0.95)
  @Option("Mask of the pixels to measure and to keep. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let least = try image.level(low, within: within)
    let peak = try image.level(high, within: within)
    guard least <= peak else { throw CommandProblem.outOfRange("low", low.oneLine, "at most high (\(high.oneLine))") }
    return try image.hysteresisThresholded(low: least, high: peak, within: within)
  }
}
