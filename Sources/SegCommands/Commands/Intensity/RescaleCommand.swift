import ImageOps
import SegLang

/// `rescale`: one range to another.
struct RescaleCommand: Command {
  static let category = Category.intensity
  static let summary = "Maps the intensities between two levels to a new range in a straight line."
  static let discussion = """
    What lies outside the levels is clipped. Without levels the picture's nominal range is taken. Definition: scikit-image's \
    rescale_intensity.
    """
  static let examples = [
    Example("phantom | rescale to_high=1", "Makes a picture of 0 to 1."),
    Example("phantom | rescale low=50 high=200 to_low=0 to_high=4095", "Spreads a part over 12 bits."),
  ]
  static let seeAlso = ["stretch", "clip", "normalise"]
  static let keywords = ["scale", "range", "intensities"]

  @Input("Picture to rescale.") var image: GrayImage
  @Option("Level that becomes to_low.") var low: Intensity = .share(0)
  @Option("Level that becomes to_high.") var high: Intensity = .share(1)
  @Option("Lower end of the new range.") var toLow = 0.0
  @Option("Upper end of the new range.") var toHigh = 255.0

  func run(_ context: Context) throws -> GrayImage {
    let (low, high) = (try image.level(low, polling: context.cancellation), try image.level(high, polling: context.cancellation))
    guard low <= high else { throw CommandProblem.outOfRange("low", self.low.oneLine, "at most high (\(self.high.oneLine))") }
    guard toLow.isFinite, toHigh.isFinite, toLow <= toHigh else {
      throw CommandProblem.outOfRange("to_low", numberText(toLow), "at most to_high")
    }
    return try image.rescaled(from: low...high, to: Float(toLow)...Float(toHigh), polling: context.cancellation)
  }
}
