import ImageOps
import SegLang
import SegValues

/// `remove-small`: drops regions below a size.
struct RemoveSmallCommand: Command {
  static let category = Category.masks
  static let summary = "Removes regions of a mask that are smaller than an area."
  static let discussion = """
    Regions are 8-connected. A region of exactly the given area is kept.
    """
  static let examples = [
    Example("phantom | segment | remove-small 200px", "Removes regions smaller than 200 px."),
    Example("phantom | threshold p95 | remove-small 20mm2", "Gives the area in mm²."),
  ]
  static let seeAlso = ["keep-largest", "morph-open"]
  static let keywords = ["delete", "noise", "specks", "clean"]

  @Input("Mask to process.") var mask: Mask
  @Argument("Smallest area to keep.", in: 0...268_435_456) var area: Area = .pixels(64)

  func run(_ context: Context) throws -> Mask {
    let least = try area.pixels(on: mask.spacing, context).rounded(.up)
    return try mask.removingSmall(below: Int(min(max(least, 0), 1e9)))
  }
}
