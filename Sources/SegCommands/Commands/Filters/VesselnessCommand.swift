import ImageOps
import SegLang
import SegValues

/// `vesselness`: Frangi's filter.
struct VesselnessCommand: Command {
  static let category = Category.filters
  static let summary = "Detects line structures such as vessels, catheters and rib borders (Frangi filter)."
  static let discussion = """
    Computes the vesselness of Frangi et al., 0 to 1, as the maximum over scales sigma, sigma x scale_factor, and so on. Its structure constant \
    gamma is half the gamma_percentile of the curvature, so that burned-in letters and wires do not hide fainter lines; gamma_percentile=100 \
    gives scikit-image frangi.
    """
  static let examples = [
    Example("phantom | vesselness sigma=2px", "Detects thin bright lines."),
    Example("phantom | vesselness sigma=1.5px scales=3 dark=true", "Detects dark lines at three scales."),
  ]
  static let seeAlso = ["laplacian-of-gaussian", "canny"]

  @Input("Image to search.") var image: GrayImage
  @Option("Standard deviation at the finest scale.", in: 0.3...100) var sigma: Length = .pixels(2)
  @Option("Number of scales.", in: 1...8) var scales = 1
  @Option("Ratio of successive scales.", in: 1.1...4) var scaleFactor = 1.5
  @Option("Detect dark lines instead of bright ones.") var dark = false
  @Option("Frangi's beta: tolerance to blob-like structures.", in: 0.01...10) var beta = 0.5
  @Option("Percentile of the curvature that sets Frangi's gamma.", in: 50...100) var gammaPercentile = 95.0

  func run(_ context: Context) throws -> GrayImage {
    let first = try context.pixels(sigma, on: image.spacing)
    var sigmas = [first]
    for _ in 1..<max(scales, 1) { sigmas.append((sigmas.last ?? first) * scaleFactor) }
    guard (0.3...100).contains(first), (sigmas.last ?? first) <= 100 else {
      throw CommandProblem.outOfRange("sigma", sigma.oneLine, "0.3 to 100 px at every scale")
    }
    return try image.vesselness(sigmas: sigmas, bright: !dark, sensitivity: beta, percentile: gammaPercentile)
  }
}
