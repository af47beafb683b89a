import ImageOps
import SegLang

/// `normalise`: intensities on a common scale.
struct NormaliseCommand: Command {
  enum Method: String, Choice {
    case minMax, percentiles, zScore
    var choiceHelp: String {
      switch self {
      case .minMax: "the extremes become 0 and 1"
      case .percentiles: "the 1st and the 99th percentile become 0 and 1"
      case .zScore: "mean 0 and standard deviation 1"
      }
    }
  }

  static let category = Category.intensity
  static let summary = "Brings the intensities of a picture to a common scale."
  static let examples = [
    Example("phantom | normalise", "Makes the darkest pixel 0 and the brightest 1."),
    Example("phantom | normalise method=z-score", "Makes the mean 0 and the standard deviation 1."),
  ]
  static let seeAlso = ["stretch", "window"]
  static let keywords = ["normalize", "standardize", "z-score"]

  @Input("Picture to normalise.") var image: GrayImage
  @Option("What the scale is made of.") var method = Method.minMax
  @Option("Mask in which to measure.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    let normalization: Normalization =
      switch method {
      case .minMax: .minMax
      case .percentiles: .percentiles(low: 1, high: 99)
      case .zScore: .zScore
      }
    return try image.normalized(normalization, within: within, polling: context.cancellation)
  }
}
