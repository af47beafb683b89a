import ImageOps
import SegLang
import SegValues

/// `active-contour`: a mask drawn to edges.
struct ActiveContourCommand: Command {
  static let category = Category.segmentation
  static let summary = "Refines a mask with a morphological geodesic active contour."
  static let discussion = """
    Each iteration optionally inflates or deflates the mask in uniform areas, moves its border toward edges, and smooths it. Raise threshold if \
    the border leaks through faint edges; lower it if the border stops too early. Definition: scikit-image morphological_geodesic_active_contour \
    with inverse_gaussian_gradient.
    """
  static let examples = [
    Example(
      "p = phantom; p | active-contour (p.lungs.right | morph-erode radius=8px) iterations=20 balloon=grow",
      "Expands an eroded lung to its border."),
    Example("p = phantom; p | active-contour (p | threshold otsu) iterations=5", "Refines a threshold mask at the edges."),
  ]
  static let seeAlso = ["region-growing", "watershed", "morph-close"]
  static let keywords = ["snake", "level-set"]

  enum Balloon: String, Choice {
    case none, grow, shrink
    var choiceHelp: String {
      switch self {
      case .none: "no force; only edges move the border"
      case .grow: "inflates the mask in uniform areas"
      case .shrink: "deflates the mask in uniform areas"
      }
    }
  }

  @Input("Image with the edges.") var image: GrayImage
  @Argument("Initial mask.") var mask: Mask
  @Option("Number of iterations.", in: 0...10_000) var iterations = 50
  @Option("Balloon force.") var balloon = Balloon.none
  @Option("Standard deviation of the Gaussian kernel before the gradient.", in: 0.1...100) var sigma: Length = .pixels(3)
  @Option("Edge measure above which an area counts as uniform, 0 to 1.", in: 0...1) var threshold = 0.75
  @Option("Smoothing steps per iteration.", in: 0...10) var smoothing = 1

  func run(_ context: Context) throws -> Mask {
    guard image.size == mask.size else { throw CommandProblem.sizesDiffer("the image", image.size, "the mask", mask.size) }
    let force = balloon == .grow ? 1 : balloon == .shrink ? -1 : 0
    return try image.activeContour(
      from: mask, steps: iterations, balloon: force, sigma: context.pixels(sigma, on: image.spacing), evenness: threshold,
      smoothing: smoothing)
  }
}
