import ImageOps
import SegLang

/// `local-normalise`: local contrast normalisation.
struct LocalNormaliseCommand: Command {
  static let category = Category.intensity
  static let summary = "Takes away the local mean and divides by the local standard deviation."
  static let discussion = """
    Windows are squares of 2 radius + 1 pixels, mirrored at the border. Deviations below floor count as floor, so that flat parts stay \
    flat. The result lies around 0, mostly within -3 to 3.
    """
  static let examples = [
    Example("phantom | local-normalise radius=20px", "Shows fine structure alike in dark and bright parts."),
    Example("phantom | local-normalise radius=8px floor=4 | show", "Leaves grain flat."),
  ]
  static let seeAlso = ["clahe", "normalise"]
  static let keywords = ["normalize", "contrast"]

  @Input("Picture to normalise.") var image: GrayImage
  @Option("Radius of the window.", in: 1...4096) var radius: Length = .pixels(20)
  @Option("Least standard deviation, in units of intensity.", in: 1e-6...1e6) var floor = 1.0

  func run(_ context: Context) throws -> GrayImage {
    let radius = try context.wholePixels(radius, on: image.spacing, for: "radius")
    return try image.locallyNormalized(radius: radius, floor: floor, polling: context.cancellation)
  }
}
