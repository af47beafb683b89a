import ImageOps
import SegLang

/// `local-normalize`: local contrast normalization.
struct LocalNormalizeCommand: Command {
  static let category = Category.intensity
  static let summary = "Subtracts the local mean and divides by the local standard deviation."
  static let discussion = """
    The window is 2 radius + 1 pixels wide. Borders are mirrored. Standard deviations below floor are replaced by floor, so that uniform areas \
    stay uniform. The result is centered on 0, mostly within -3 to 3.
    """
  static let examples = [
    Example("phantom | local-normalize radius=20px", "Shows fine structures equally in dark and bright areas."),
    Example("phantom | local-normalize radius=8px floor=4 | show", "Suppresses noise in uniform areas."),
  ]
  static let seeAlso = ["clahe", "normalize"]
  static let keywords = ["normalize", "contrast"]

  @Input("Image to normalize.") var image: GrayImage
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(20)
  @Option("Smallest standard deviation, in units of intensity.", in: 1e-6...1e6) var floor = 1.0

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.locallyNormalized(radius: radius, floor: floor)
  }
}
