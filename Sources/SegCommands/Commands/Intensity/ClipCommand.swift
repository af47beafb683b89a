import ImageOps
import SegLang
import SegValues

/// `clip`: limits.
struct ClipCommand: Command {
  static let category = Category.intensity
  static let summary = "Clips intensities to a lower and an upper limit."
  static let discussion = """
    The nominal range of the image is reduced to the part between the limits.
    """
  static let examples = [
    Example("phantom | clip low=p1 high=p99", "Clips the extreme 1 % at both ends."),
    Example("phantom | clip high=200", "Limits the bright side."),
  ]
  static let seeAlso = ["rescale-intensity", "stretch-contrast"]

  @Input("Image to clip.") var image: GrayImage
  @Option("Lower limit.") var low: Intensity?
  @Option("Upper limit.") var high: Intensity?

  func run(_ context: Context) throws -> GrayImage {
    guard low != nil || high != nil else { throw CommandProblem.wantsOneOf(["low", "high"]) }
    let least = try low.map { try image.level($0) } ?? -.greatestFiniteMagnitude
    let greatest = try high.map { try image.level($0) } ?? .greatestFiniteMagnitude
    guard least <= greatest else { throw CommandProblem.outOfRange("low", low?.oneLine ?? "", "at most high") }
    return try image.clipped(to: least...greatest)
  }
}
