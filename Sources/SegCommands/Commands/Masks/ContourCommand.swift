import ImageOps
import SegLang

/// `contour`: the edge of a mask.
struct ContourCommand: Command {
  static let category = Category.masks
  static let summary = "Gives the edge of a mask: what erosion takes away."
  static let discussion = "The edge lies inside the mask. Where the mask meets the border of the picture there is no edge."
  static let examples = [
    Example("p = phantom; p.lungs | contour width=2px", "Draws the lungs as lines."),
    Example("p = phantom; p.opacity | contour | overlay background=p color=yellow", "Draws an outline over the X-ray."),
  ]
  static let seeAlso = ["morph-erode", "overlay"]

  @Input("Mask whose edge is wanted.") var mask: Mask
  @Option("Width of the edge.", in: 1...500) var width: Length = .pixels(1)

  func run(_ context: Context) throws -> Mask {
    let footprint = Footprint.disk(radius: try context.pixels(width, on: mask.spacing))
    return try mask.subtracting(mask.eroded(by: footprint, polling: context.cancellation))
  }
}
