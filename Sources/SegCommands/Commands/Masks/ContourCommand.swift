import ImageOps
import SegLang

/// `contour`: the edge of a mask.
struct ContourCommand: Command {
  static let category = Category.masks
  static let summary = "Returns the inner boundary of a mask."
  static let discussion = """
    The boundary consists of mask pixels within width of the background. There is no boundary where the mask touches the image border.
    """
  static let examples = [
    Example("p = phantom; p.lungs | contour width=2px", "Draws the lungs as lines."),
    Example("p = phantom; p.opacity | contour | overlay background=p color=yellow", "Overlays an outline on the X-ray."),
  ]
  static let seeAlso = ["morph-erode", "overlay"]

  @Input("Mask to outline.") var mask: Mask
  @Option("Width of the boundary.", in: 1...500) var width: Length = .pixels(1)

  func run(_ context: Context) throws -> Mask {
    let footprint = Footprint.disk(radius: try context.pixels(width, on: mask.spacing))
    return try mask.subtracting(mask.eroded(by: footprint))
  }
}
