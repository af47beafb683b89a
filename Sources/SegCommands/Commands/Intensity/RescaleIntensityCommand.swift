import Basics
import ImageOps
import SegLang
import SegValues

/// `rescale-intensity`: one range to another.
struct RescaleIntensityCommand: Command {
  static let category = Category.intensity
  static let summary = "Rescales intensities linearly from one range to another."
  static let discussion = """
    Values outside the input range are clipped. The default input range is the nominal range of the image. Definition: scikit-image \
    rescale_intensity.
    """
  static let examples = [
    Example("phantom | rescale-intensity out_high=1", "Rescales to 0 to 1."),
    Example("phantom | rescale-intensity in_low=50 in_high=200 out_low=0 out_high=4095", "Rescales part of the range to 12 bits."),
  ]
  static let seeAlso = ["stretch-contrast", "clip", "normalize"]
  static let keywords = ["scale", "range", "intensities"]

  @Input("Image to rescale.") var image: GrayImage
  @Option("Lower end of the input range.") var inLow: Intensity = .share(0)
  @Option("Upper end of the input range.") var inHigh: Intensity = .share(1)
  @Option("Lower end of the output range.") var outLow = 0.0
  @Option("Upper end of the output range.") var outHigh = 255.0

  func run(_ context: Context) throws -> GrayImage {
    let (low, high) = (try image.level(inLow), try image.level(inHigh))
    guard low <= high else { throw CommandProblem.outOfRange("in_low", inLow.oneLine, "at most in_high (\(inHigh.oneLine))") }
    guard outLow.isFinite, outHigh.isFinite, outLow <= outHigh else {
      throw CommandProblem.outOfRange("out_low", NumberFormat.exact(outLow), "at most out_high")
    }
    return try image.rescaled(from: low...high, to: Float(outLow)...Float(outHigh))
  }
}
