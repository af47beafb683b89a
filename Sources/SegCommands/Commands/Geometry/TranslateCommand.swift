import ImageOps
import SegLang
import SegValues

/// `translate`: a move.
struct TranslateCommand: Command {
  static let category = Category.geometry
  static let summary = "Translates an image down and to the right."
  static let discussion = """
    Whole-pixel translations do not resample. Fractions of a pixel are interpolated, except in masks and labels. The size is kept. Use negative \
    lengths to move up or left: `down=-5px`.
    """
  static let examples = [
    Example("phantom | translate down=12px", "Moves the image down."),
    Example("phantom | translate right=-3.5px interpolation=bicubic", "Moves it left by 3.5 px."),
  ]
  static let seeAlso = ["affine", "register", "crop"]

  @Input("Image, mask or labels to move.") var image: AnyImage
  @Option("Translation downward.", in: -65_535...65_535) var down: Length = .pixels(0)
  @Option("Translation to the right.", in: -65_535...65_535) var right: Length = .pixels(0)
  @Option("Interpolation between pixels; masks and labels always use nearest.") var interpolation = Interpolation.bilinear
  @Option("Intensity of pixels that come from outside the image.") var fill = 0.0

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    let offset = try AffineMap.Step(row: context.pixels(down, on: image.spacing), column: context.pixels(right, on: image.spacing))
    let map = try AffineMap(about: image.size, offset: offset)
    return try image.warped(by: map, using: interpolation, fill: Float(fill))
  }
}
