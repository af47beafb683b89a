import ImageOps
import SegLang

/// `flip`: the mirror image.
struct FlipCommand: Command {
  static let category = Category.geometry
  static let summary = "Mirrors a picture."
  static let discussion = "A mirrored chest X-ray has its sides exchanged: right and left of what is made from it are the wrong way round."
  static let examples = [
    Example("phantom | flip horizontal", "Exchanges left and right."),
    Example("p = phantom; p | flip vertical | show display=none", "Turns a picture upside down."),
  ]
  static let seeAlso = ["rotate"]
  static let keywords = ["mirror"]

  @Input("Picture to mirror.") var picture: AnyPicture
  @Argument("What changes places.") var axis = FlipAxis.horizontal

  static func outputType(for input: ValueType?) -> ValueType { AnyPicture.kept(input) }

  func run(_ context: Context) throws -> AnyPicture { try picture.transformed(by: Flip(axis: axis), polling: context.cancellation) }

  private struct Flip: GridTransformation {
    let axis: FlipAxis
    func apply<Grid: PixelGrid>(to grid: Grid, polling cancellation: Cancellation) throws -> Grid {
      try grid.flipped(axis, polling: cancellation)
    }
  }
}
