import ImageOps
import SegLang

/// `guided-filter`: smoothing by local straight lines.
struct GuidedFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Smooths where a window varies little and keeps what varies more."
  static let discussion = """
    The guided filter of He, Sun and Tang with the picture as its own guide; contrast is the standard deviation at which smoothing and \
    keeping balance. The time does not depend on the radius.
    """
  static let examples = [
    Example("phantom | guided-filter", "Smooths flat parts."),
    Example("phantom | guided-filter radius=12px contrast=15%", "Smooths all but strong edges."),
  ]
  static let seeAlso = ["bilateral-filter", "smooth"]

  @Input("Picture to smooth.") var image: GrayImage
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(4)
  @Option("Standard deviation that is half kept: an intensity, or a share of the range.") var contrast: Intensity = .share(0.05)

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.guidedFiltered(
      radius: radius, deviation: try image.difference(contrast, "contrast"), polling: context.cancellation)
  }
}
