import ImageOps
import SegLang

/// `box-filter`: the local mean.
struct BoxFilterCommand: Command {
  static let category = Category.filters
  static let summary = "Computes the local mean in a square window."
  static let discussion = """
    The window is 2 radius + 1 pixels wide. Borders are mirrored. The run time does not depend on the radius. Definition: SciPy uniform_filter.
    """
  static let examples = [
    Example("phantom | box-filter radius=3px", "Smooths with a 7 x 7 window."),
    Example("p = phantom; p - (p | box-filter radius=40px)", "Subtracts the slowly varying background."),
  ]
  static let seeAlso = ["gaussian-filter", "median-filter"]

  @Input("Image to smooth.") var image: GrayImage
  @Option("Radius of the window.", in: 0...4096) var radius: Length = .pixels(1)

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.boxFiltered(radius: radius)
  }
}
