import ImageOps
import SegLang

/// `threshold-local`: a level for each pixel.
struct ThresholdLocalCommand: Command {
  static let category = Category.segmentation
  static let summary = "Applies a local (adaptive) threshold."
  static let discussion = """
    Methods: mean, median and gaussian of the window; niblack, sauvola and phansalkar also use the local standard deviation. offset= is \
    subtracted from the threshold. With within=, only the pixels inside are kept, and only they are measured, except by the median. Definitions: \
    scikit-image threshold_local, threshold_niblack, threshold_sauvola; ImageJ Phansalkar.
    """
  static let examples = [
    Example("phantom | threshold-local radius=25px", "Segments pixels brighter than their surroundings."),
    Example("p = phantom; p | threshold-local method=sauvola radius=20px within=(p.lungs.all)", "Limits the segmentation to the lungs."),
  ]
  static let seeAlso = ["threshold", "threshold-hysteresis", "local-normalize"]

  @Input("Image to segment.") var image: GrayImage
  @Option("Local statistic.") var method = LocalThresholdMethod.mean
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(25)
  @Option("Value subtracted from the threshold, in units of intensity.", in: -1e9...1e9) var offset = 0.0
  @Option("Mask of the pixels to measure and to keep. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.locallyThresholded(by: method, radius: radius, offset: offset, within: within)
  }
}
