import ImageOps
import SegLang

/// `vesselness`: Frangi's filter.
struct VesselnessCommand: Command {
  static let category = Category.filters
  static let summary = "Finds lines of given widths: vessels, catheters, edges of ribs."
  static let discussion = """
    Frangi's measure, 0 to 1, from the second derivatives at count widths: sigma, and larger ones, each factor times the one before. Lines count fully from \
    half of the given percentile of the curvature on, so that burnt-in letters and wires do not hide what is fainter; 100 is scikit-image's frangi.
    """
  static let examples = [
    Example("phantom | vesselness sigma=2px", "Finds thin bright lines."),
    Example("phantom | vesselness sigma=1.5px count=3 dark=true", "Finds dark lines of three widths."),
  ]
  static let seeAlso = ["laplacian-of-gaussian", "canny"]

  @Input("Picture to search.") var image: GrayImage
  @Option("Standard deviation of the thinnest lines.", in: 0.3...100) var sigma: Length = .pixels(2)
  @Option("Number of widths.", in: 1...8) var count = 1
  @Option("From one width to the next.", in: 1.1...4) var factor = 1.5
  @Option("Whether lines are darker than their surroundings.") var dark = false
  @Option("How unlike a line a blob counts.", in: 0.01...10) var sensitivity = 0.5
  @Option("Percentile of the curvature from half of which lines count fully.", in: 50...100) var percentile = 95.0

  func run(_ context: Context) throws -> GrayImage {
    let first = try context.pixels(sigma, on: image.spacing)
    var sigmas = [first]
    for _ in 1..<max(count, 1) { sigmas.append((sigmas.last ?? first) * factor) }
    guard (0.3...100).contains(first), (sigmas.last ?? first) <= 100 else {
      throw CommandProblem.outOfRange("sigma", sigma.oneLine, "0.3 to 100 px, the largest of all widths too")
    }
    return try image.vesselness(
      sigmas: sigmas, bright: !dark, sensitivity: sensitivity, percentile: percentile, polling: context.cancellation)
  }
}
