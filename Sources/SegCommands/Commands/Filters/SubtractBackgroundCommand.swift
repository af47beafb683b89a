import ImageOps
import SegLang

/// `subtract-background`: even background.
struct SubtractBackgroundCommand: Command {
  enum Method: String, Choice {
    case rollingBall, topHat
    var choiceHelp: String {
      switch self {
      case .rollingBall: "a ball that rolls under the surface"
      case .topHat: "the opening by a disk"
      }
    }
  }

  static let category = Category.filters
  static let summary = "Takes away a background that changes slowly."
  static let discussion = """
    By default a ball of the radius rolls under the surface of intensities, as in ImageJ and scikit-image's rolling_ball; \
    method=top-hat takes the opening by a disk instead, which is much faster. Bright details narrower than the radius stay.
    """
  static let examples = [
    Example("phantom size=128 | subtract-background radius=20px", "Keeps ribs and vessels."),
    Example("phantom | subtract-background radius=30px method=top-hat", "Does much the same faster."),
  ]
  static let seeAlso = ["morph-open", "difference-of-gaussians"]

  @Input("Picture to even out.") var image: GrayImage
  @Option("Radius of the ball or disk.", in: 1...500) var radius: Length = .pixels(25)
  @Option("What the background is.") var method = Method.rollingBall

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.pixels(radius, on: image.spacing)
    let background =
      switch method {
      case .rollingBall: try image.rollingBallBackground(radius: radius, polling: context.cancellation)
      case .topHat: try image.opened(by: .disk(radius: radius), polling: context.cancellation)
      }
    return try image.combined(with: background, by: .subtract, polling: context.cancellation)
  }
}
