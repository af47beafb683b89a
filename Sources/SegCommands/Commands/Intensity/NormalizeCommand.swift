import ImageOps
import SegLang

/// `normalize`: intensities on a common scale.
struct NormalizeCommand: Command {
  enum Method: String, Choice {
    case minMax, percentiles, zScore
    var choiceHelp: String {
      switch self {
      case .minMax: "maps minimum and maximum to 0 and 1"
      case .percentiles: "maps the 1st and the 99th percentile to 0 and 1"
      case .zScore: "mean 0 and standard deviation 1"
      }
    }
  }

  static let category = Category.intensity
  static let summary = "Normalizes intensities to a common scale."
  static let examples = [
    Example("phantom | normalize", "Maps the darkest pixel to 0 and the brightest to 1."),
    Example("phantom | normalize method=z-score", "Scales to mean 0 and standard deviation 1."),
  ]
  static let seeAlso = ["stretch-contrast", "window"]
  static let keywords = ["normalize", "standardize", "z-score"]

  @Input("Image to normalize.") var image: GrayImage
  @Option("Normalization.") var method = Method.minMax
  @Option("Mask of the pixels to measure. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    let normalization: Normalization =
      switch method {
      case .minMax: .minMax
      case .percentiles: .percentiles(low: 1, high: 99)
      case .zScore: .zScore
      }
    return try image.normalized(normalization, within: within)
  }
}
