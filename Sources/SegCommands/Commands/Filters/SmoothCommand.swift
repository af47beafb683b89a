import ImageOps
import SegLang

/// `smooth`: Gaussian smoothing.
struct SmoothCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths a picture with a Gaussian."
  static let discussion = "Cut off at four sigma and mirrored at the border, as SciPy's gaussian_filter."
  static let examples = [
    Example("phantom | smooth sigma=2px | threshold otsu", "Takes the noise out before a threshold."),
    Example("phantom | segment | smooth sigma=4px | threshold 0.5", "Calms the outline of a probability."),
  ]
  static let seeAlso = ["threshold", "resize"]
  static let keywords = ["blur", "gaussian", "denoise", "noise"]

  @Input("Picture or probability to smooth.") var picture: ImageOrProbability
  @Option("Standard deviation of the Gaussian.", in: 0...1000) var sigma: Length = .pixels(1)

  static func outputType(for input: ValueType?) -> ValueType { ImageOrProbability.kept(input) }

  func run(_ context: Context) throws -> ImageOrProbability {
    let sigma = try context.pixels(sigma, on: picture.spacing)
    switch picture {
    case .image(let image): return .image(try image.gaussianBlurred(sigma: sigma, polling: context.cancellation))
    case .probability(let map): return .probability(try map.gaussianBlurred(sigma: sigma, polling: context.cancellation))
    }
  }
}
