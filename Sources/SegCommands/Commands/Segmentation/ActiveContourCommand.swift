import ImageOps
import SegLang

/// `active-contour`: a mask drawn to edges.
struct ActiveContourCommand: Command {
  static let category = Category.segmentation
  static let summary = "Moves the border of a mask to the edges of the picture, and keeps it smooth."
  static let discussion = """
    A morphological geodesic active contour: each step may grow or shrink the mask by a pixel where the picture is even, moves its border towards edges, and \
    smooths it. Where a border leaks through a faint edge, raise evenness; where it stops too early, lower it. Definition: scikit-image's morphological_geodesic_active_contour of inverse_gaussian_gradient.
    """
  static let examples = [
    Example("p = phantom; p | active-contour (p.lungs.right | morph-erode radius=8px) steps=20 push=grow", "Grows a lung to its border."),
    Example("p = phantom; p | active-contour (p | threshold otsu) steps=5", "Smooths a threshold along the edges."),
  ]
  static let seeAlso = ["grow", "watershed", "morph-close"]
  static let keywords = ["snake", "level-set"]

  enum Push: String, Choice {
    case none, grow, shrink
    var choiceHelp: String {
      switch self {
      case .none: "edges alone move the border"
      case .grow: "outwards where the picture is even"
      case .shrink: "inwards where the picture is even"
      }
    }
  }

  @Input("Picture with the edges.") var image: GrayImage
  @Argument("Mask to begin with.") var mask: Mask
  @Option("Number of steps.", in: 0...10_000) var steps = 50
  @Option("Where the border is pushed besides.") var push = Push.none
  @Option("Standard deviation of the Gaussian before the gradient.", in: 0.1...100) var sigma: Length = .pixels(3)
  @Option("Edge measure above which the picture counts as even, 0 to 1.", in: 0...1) var evenness = 0.75
  @Option("How often each step smooths.", in: 0...10) var smoothing = 1

  func run(_ context: Context) throws -> Mask {
    guard image.size == mask.size else { throw CommandProblem.sizesDiffer("the picture", image.size, "the mask", mask.size) }
    let balloon = push == .grow ? 1 : push == .shrink ? -1 : 0
    return try image.activeContour(
      from: mask, steps: steps, balloon: balloon, sigma: context.pixels(sigma, on: image.spacing), evenness: evenness, smoothing: smoothing,
      polling: context.cancellation)
  }
}
