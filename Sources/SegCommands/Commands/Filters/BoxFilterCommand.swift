import ImageOps
import SegLang

/// `box-filter`: the local mean.
struct BoxFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Replaces each pixel by the mean of the square around it."
  static let discussion = """
    The square is 2 radius + 1 pixels wide and mirrored at the border, as SciPy's uniform_filter; the time does not depend on the \
    radius.
    """
  static let examples = [
    Example("phantom | box-filter radius=3px", "Smooths evenly."),
    Example("p = phantom; p - (p | box-filter radius=40px)", "Takes the slow changes away."),
  ]
  static let seeAlso = ["smooth", "median-filter"]

  @Input("Picture to smooth.") var image: GrayImage
  @Option("Radius of the window.", in: 0...4096) var radius: Length = .pixels(1)

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.boxFiltered(radius: radius, polling: context.cancellation)
  }
}
