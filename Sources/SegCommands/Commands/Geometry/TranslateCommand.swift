import ImageOps
import SegLang

/// `translate`: a move.
struct TranslateCommand: Command {
  static let category = Category.geometry
  static let summary = "Moves a picture down and to the right."
  static let discussion = """
    Whole pixels move without changing; parts of a pixel are interpolated, but for masks and labels, which take the nearest. The size stays. A move up is \
    `down=-5px`.
    """
  static let examples = [
    Example("phantom | translate down=12px", "Moves the picture down."),
    Example("phantom | translate across=-3.5px method=bicubic", "Moves it to the left by a part of a pixel."),
  ]
  static let seeAlso = ["affine", "register", "crop"]

  @Input("Picture to move.") var picture: AnyPicture
  @Option("How far down.", in: -65_535...65_535) var down: Length = .pixels(0)
  @Option("How far to the right.", in: -65_535...65_535) var across: Length = .pixels(0)
  @Option("How new pixels are computed; masks and labels take the nearest.") var method = Interpolation.bilinear
  @Option("Intensity of what comes from outside.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture {
    let offset = try AffineMap.Step(row: context.pixels(down, on: picture.spacing), column: context.pixels(across, on: picture.spacing))
    let map = try AffineMap(about: picture.size, offset: offset)
    return try picture.warped(by: map, using: method, fill: Float(fill), polling: context.cancellation)
  }
}
