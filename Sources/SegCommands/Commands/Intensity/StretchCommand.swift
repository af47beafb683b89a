import ImageOps
import SegLang

/// `stretch`: contrast between two levels.
struct StretchCommand: Command {
  static let category = Category.intensity
  static let summary = "Stretches the intensities between two levels to the full range of 0 to 255."
  static let discussion = "What lies outside becomes black or white."
  static let examples = [
    Example("phantom | stretch low=p2 high=p98", "Leaves out the darkest and the brightest two hundredths."),
    Example("p = phantom; p | stretch within=p.lungs | show display=none", "Spreads what lies in the lungs over the whole range."),
  ]
  static let seeAlso = ["window", "normalise"]
  static let keywords = ["brightness", "contrast", "autocontrast"]

  @Input("Picture to stretch.") var image: GrayImage
  @Option("Level that becomes black.") var low: Intensity = .percentile(0.01)
  @Option("Level that becomes white.") var high: Intensity = .percentile(0.99)
  @Option("Mask in which percentiles are counted.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    let black = try image.level(low, within: within, polling: context.cancellation)
    let white = try image.level(high, within: within, polling: context.cancellation)
    guard black <= white else { throw CommandProblem.outOfRange("low", low.oneLine, "below high (\(high.oneLine))") }
    return try image.rescaled(from: black...white, to: 0...255, polling: context.cancellation)
  }
}
