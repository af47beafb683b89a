import ImageOps
import SegLang

/// `threshold-hysteresis`: two levels.
struct ThresholdHysteresisCommand: Command {
  static let category = Category.segmentation
  static let summary = "Gives the regions above a low level that reach a high one somewhere."
  static let discussion = """
    Pixels that share a side belong to one region. Definition: scikit-image's apply_hysteresis_threshold.
    """
  static let examples = [
    Example("phantom | threshold-hysteresis low=60% high=80%", "Keeps bright regions with a very bright part."),
    Example("p = phantom; p | threshold-hysteresis low=p70 high=p95 within=(p.lungs.all)", "Does so inside the lungs."),
  ]
  static let seeAlso = ["threshold", "reconstruct"]

  @Input("Picture to threshold.") var image: GrayImage
  @Option("Level that the whole region exceeds.") var low: Intensity = .percentile(0.8)
  @Option("Level that a part of it exceeds.") var high: Intensity = .percentile(0.95)
  @Option("Mask in which to measure and to keep.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let least = try image.level(low, within: within, polling: context.cancellation)
    let peak = try image.level(high, within: within, polling: context.cancellation)
    guard least <= peak else { throw CommandProblem.outOfRange("low", low.oneLine, "at most high (\(high.oneLine))") }
    return try image.hysteresisThresholded(low: least, high: peak, within: within, polling: context.cancellation)
  }
}
