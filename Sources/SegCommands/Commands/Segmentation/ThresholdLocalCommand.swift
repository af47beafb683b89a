import ImageOps
import SegLang

/// `threshold-local`: a level for each pixel.
struct ThresholdLocalCommand: Command {
  static let category = Category.segmentation
  static let summary = "Gives the pixels above a level that each has of its own, from the window around it."
  static let discussion = """
    Methods: mean, median and gaussian of the window; niblack, sauvola and phansalkar weigh the standard deviation in. offset= is taken \
    from the level. With within=, only the pixels inside are kept, and only they are measured, but by the median. Definitions: \
    scikit-image's threshold_local, threshold_niblack, threshold_sauvola; ImageJ's Phansalkar.
    """
  static let examples = [
    Example("phantom | threshold-local radius=25px", "Finds what is brighter than its surroundings."),
    Example("p = phantom; p | threshold-local method=sauvola radius=20px within=(p.lungs.all)", "Does so inside the lungs."),
  ]
  static let seeAlso = ["threshold", "threshold-hysteresis", "local-normalise"]

  @Input("Picture to threshold.") var image: GrayImage
  @Option("How the level comes about.") var method = LocalThresholdMethod.mean
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(25)
  @Option("What is taken from the level, in units of intensity.", in: -1e9...1e9) var offset = 0.0
  @Option("Mask in which to measure and to keep.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.locallyThresholded(by: method, radius: radius, offset: offset, within: within, polling: context.cancellation)
  }
}
