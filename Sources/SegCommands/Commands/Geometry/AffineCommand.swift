import ImageOps
import SegLang

/// `affine`: enlarged, sheared, turned, moved.
struct AffineCommand: Command {
  static let category = Category.geometry
  static let summary = "Enlarges, shears, turns and moves a picture about its centre, at once."
  static let discussion = """
    In this order: enlarged by scale, or by different amounts along rows (wider) and columns (taller); sheared, so that lower rows move to the right; turned \
    counter-clockwise; moved down and to the right. New pixels are computed once. The size stays.
    """
  static let examples = [
    Example("phantom | affine scale=1.1 angle=3deg", "Enlarges and turns."),
    Example("phantom | affine shear=5deg across=4px", "Slants and moves."),
  ]
  static let seeAlso = ["translate", "rotate", "resize", "register"]

  @Input("Picture to change.") var picture: AnyPicture
  @Option("How much larger.", in: 0.01...100) var scale = 1.0
  @Option("How much taller besides.", in: 0.01...100) var taller = 1.0
  @Option("How much wider besides.", in: 0.01...100) var wider = 1.0
  @Option("How much columns slant.", in: -80...80) var shear: Angle = .degrees(0)
  @Option("Turn, counter-clockwise.", in: -3600...3600) var angle: Angle = .degrees(0)
  @Option("How far down.", in: -65_535...65_535) var down: Length = .pixels(0)
  @Option("How far to the right.", in: -65_535...65_535) var across: Length = .pixels(0)
  @Option("How new pixels are computed; masks and labels take the nearest.") var method = Interpolation.bilinear
  @Option("Intensity of what comes from outside.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture {
    let offset = try AffineMap.Step(row: context.pixels(down, on: picture.spacing), column: context.pixels(across, on: picture.spacing))
    let map = try AffineMap(
      about: picture.size, scale: AffineMap.Step(row: scale * taller, column: scale * wider), shear: shear.degrees, degrees: angle.degrees,
      offset: offset)
    return try picture.warped(by: map, using: method, fill: Float(fill), polling: context.cancellation)
  }
}
