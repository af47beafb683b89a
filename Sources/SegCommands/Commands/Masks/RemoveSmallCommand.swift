import ImageOps
import SegLang

/// `remove-small`: drops regions below a size.
struct RemoveSmallCommand: Command {
  static let category = Category.masks
  static let summary = "Drops the regions of a mask that are smaller than an area."
  static let discussion = "Pixels that touch at a side or a corner belong to one region. A region of exactly the given area stays."
  static let examples = [
    Example("phantom | segment | remove-small 200px", "Drops what is smaller than 200 pixels."),
    Example("phantom | threshold p95 | remove-small 20mm2", "Gives the area in mm²."),
  ]
  static let seeAlso = ["keep-largest", "morph-open"]
  static let keywords = ["delete", "noise", "specks", "clean"]

  @Input("Mask to sift.") var mask: Mask
  @Argument("Area that a region needs to stay.", in: 0...268_435_456) var area: Area = .pixels(64)

  func run(_ context: Context) throws -> Mask {
    let least = try area.pixels(on: mask.spacing, context).rounded(.up)
    return try mask.removingSmall(below: Int(min(max(least, 0), 1e9)), polling: context.cancellation)
  }
}
