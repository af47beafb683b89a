import ImageOps
import SegLang
import SegValues

/// `fill-holes`: fills background that does not reach the border.
struct FillHolesCommand: Command {
  static let category = Category.masks
  static let summary = "Fills the holes of a mask."
  static let discussion = """
    A hole is a 4-connected background region that does not touch the image border. Definition: SciPy binary_fill_holes.
    """
  static let examples = [
    Example("phantom | segment | fill-holes", "Fills the holes of the opacity."),
    Example("phantom | threshold otsu | fill-holes max_area=50px", "Fills only small holes."),
  ]
  static let seeAlso = ["morph-close", "remove-small"]
  static let keywords = ["close", "gaps"]

  @Input("Mask to fill.") var mask: Mask
  @Option("Largest hole to fill. Default: all holes.", in: 0...268_435_456) var maxArea: Area?

  func run(_ context: Context) throws -> Mask {
    let limit = try maxArea.map { Int(try $0.pixels(on: mask.spacing, context).rounded(.down)) }
    return try mask.fillingHoles(upTo: limit)
  }
}
