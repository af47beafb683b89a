import Basics
import ImageOps
import SegLang
import SegValues

/// `flip`: the mirror image.
struct FlipCommand: Command {
  static let category = Category.geometry
  static let summary = "Mirrors an image."
  static let discussion = """
    A horizontal flip of a chest X-ray exchanges the patient's sides, so right and left are reported the wrong way round.
    """
  static let examples = [
    Example("phantom | flip horizontal", "Exchanges left and right."),
    Example("p = phantom; p | flip vertical | show display=none", "Turns the image upside down."),
  ]
  static let seeAlso = ["rotate"]
  static let keywords = ["mirror"]

  @Input("Image, mask or labels to mirror.") var image: AnyImage
  @Argument("Direction of the flip.") var axis = FlipAxis.horizontal

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage { try image.transformed(by: Flip(axis: axis)) }

  private struct Flip: GridTransformation {
    let axis: FlipAxis
    func apply<Grid: PixelGrid>(to grid: Grid) throws -> Grid {
      try grid.flipped(axis)
    }
  }
}
