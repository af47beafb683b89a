import ImageOps
import SegLang

/// `clip`: limits.
struct ClipCommand: Command {
  static let category = Category.intensity
  static let summary = "Brings what lies outside two levels to the nearer one."
  static let discussion = """
    The picture's nominal range becomes the part of it between the levels.
    """
  static let examples = [
    Example("phantom | clip low=p1 high=p99", "Takes the extremes away."),
    Example("phantom | clip high=200", "Limits the bright side."),
  ]
  static let seeAlso = ["rescale", "stretch"]

  @Input("Picture to clip.") var image: GrayImage
  @Option("Least intensity of the result.") var low: Intensity?
  @Option("Greatest intensity of the result.") var high: Intensity?

  func run(_ context: Context) throws -> GrayImage {
    guard low != nil || high != nil else { throw CommandProblem.wantsOneOf(["low", "high"]) }
    let least = try low.map { try image.level($0, polling: context.cancellation) } ?? -.greatestFiniteMagnitude
    let greatest = try high.map { try image.level($0, polling: context.cancellation) } ?? .greatestFiniteMagnitude
    guard least <= greatest else { throw CommandProblem.outOfRange("low", low?.oneLine ?? "", "at most high") }
    return try image.clipped(to: least...greatest, polling: context.cancellation)
  }
}
