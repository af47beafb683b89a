import ImageOps
import SegLang
import SegValues

/// `gaussian-filter`: Gaussian smoothing.
struct GaussianFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths an image or a probability map with a Gaussian filter."
  static let discussion = """
    The kernel is truncated at 4 sigma. Borders are mirrored. Definition: SciPy gaussian_filter.
    """
  static let examples = [
    Example("phantom | gaussian-filter sigma=2px | threshold otsu", "Reduces noise before a threshold."),
    Example("phantom | segment | gaussian-filter sigma=4px | threshold 0.5", "Smooths the outline of a predicted opacity."),
  ]
  static let seeAlso = ["threshold", "resize"]
  static let keywords = ["blur", "gaussian", "denoise", "noise"]

  @Input("Image or probability map to smooth.") var image: ImageOrProbability
  @Option("Standard deviation of the Gaussian kernel.", in: 0...1000) var sigma: Length = .pixels(1)

  static func outputType(for input: ValueType?) -> ValueType { ImageOrProbability.kept(input) }

  func run(_ context: Context) throws -> ImageOrProbability {
    let sigma = try context.pixels(sigma, on: image.spacing)
    switch image {
    case .image(let image): return .image(try image.gaussianBlurred(sigma: sigma))
    case .probability(let map): return .probability(try map.gaussianBlurred(sigma: sigma))
    }
  }
}
