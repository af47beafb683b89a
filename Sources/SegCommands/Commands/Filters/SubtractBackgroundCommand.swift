import ImageOps
import SegLang

/// `subtract-background`: even background.
struct SubtractBackgroundCommand: Command {
  enum Method: String, Choice {
    case rollingBall, topHat
    var choiceHelp: String {
      switch self {
      case .rollingBall: "rolling ball under the intensity surface"
      case .topHat: "opening by a disk"
      }
    }
  }

  static let category = Category.filters
  static let summary = "Subtracts a slowly varying background."
  static let discussion = """
    The default is the rolling-ball algorithm, as in ImageJ and scikit-image rolling_ball. method=top-hat subtracts the opening by a disk and is \
    much faster. Bright details narrower than the radius are kept.
    """
  static let examples = [
    Example("phantom size=128 | subtract-background radius=20px", "Keeps ribs and vessels."),
    Example("phantom | subtract-background radius=30px method=top-hat", "Computes a similar result faster."),
  ]
  static let seeAlso = ["morph-open", "difference-of-gaussians"]

  @Input("Image to correct.") var image: GrayImage
  @Option("Radius of the ball or disk.", in: 1...500) var radius: Length = .pixels(25)
  @Option("Background estimate.") var method = Method.rollingBall

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.pixels(radius, on: image.spacing)
    let background =
      switch method {
      case .rollingBall: try image.rollingBallBackground(radius: radius)
      case .topHat: try image.opened(by: .disk(radius: radius))
      }
    return try image.combined(with: background, by: .subtract)
  }
}
