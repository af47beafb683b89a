import ImageOps
import SegLang
import SegValues

/// `affine`: enlarged, sheared, turned, moved.
struct AffineCommand: Command {
  static let category = Category.geometry
  static let summary = "Applies an affine transform: scaling, shear, rotation and translation."
  static let discussion = """
    Scales about the image center, then shears, rotates counterclockwise, and translates. Positive shear moves lower rows to the right. The \
    image is resampled once and keeps its size.
    """
  static let examples = [
    Example("phantom | affine scale=1.1 angle=3deg", "Enlarges and rotates."),
    Example("phantom | affine shear=5deg right=4px", "Shears and moves."),
  ]
  static let seeAlso = ["translate", "rotate", "resize", "register"]

  @Input("Image, mask or labels to transform.") var image: AnyImage
  @Option("Scale factor of both axes.", in: 0.01...100) var scale = 1.0
  @Option("Additional vertical scale factor.", in: 0.01...100) var scaleY = 1.0
  @Option("Additional horizontal scale factor.", in: 0.01...100) var scaleX = 1.0
  @Option("Shear angle.", in: -80...80) var shear: Angle = .degrees(0)
  @Option("Rotation angle, counterclockwise.", in: -3600...3600) var angle: Angle = .degrees(0)
  @Option("Translation downward.", in: -65_535...65_535) var down: Length = .pixels(0)
  @Option("Translation to the right.", in: -65_535...65_535) var right: Length = .pixels(0)
  @Option("Interpolation between pixels; masks and labels always use nearest.") var interpolation = Interpolation.bilinear
  @Option("Intensity of pixels that come from outside the image.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    let offset = try AffineMap.Step(row: context.pixels(down, on: image.spacing), column: context.pixels(right, on: image.spacing))
    let map = try AffineMap(
      about: image.size, scale: AffineMap.Step(row: scale * scaleY, column: scale * scaleX), shear: shear.degrees, degrees: angle.degrees,
      offset: offset)
    return try image.warped(by: map, using: interpolation, fill: Float(fill))
  }
}
