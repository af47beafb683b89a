import ImageOps
import SegLang
import SegModel
import SegValues

/// `overlay`: regions drawn over their image.
struct OverlayCommand: Command {
  static let category = Category.seeing
  static let summary = "Overlays a mask, labels, a probability map or a segmentation on the X-ray."
  static let discussion = """
    The background is the image that the input was computed from unless background= states another. It is displayed with its own window or from \
    the 0.5th to the 99.5th percentile. A segmentation is drawn as lung outlines, the left one dashed, and filled opacity, \
    or its thick outline. The legend and any warning about the X-ray \
    are placed below the image.
    """
  static let examples = [
    Example("phantom | segment | overlay", "Shows lungs and opacity."),
    Example("phantom | segment | threshold 0.4 | overlay color=red alpha=40% | save overlay.png", "Saves an overlay of a mask."),
    Example("p = phantom; p.lungs | overlay background=p outline=true width=3px legend=true", "Outlines both lungs."),
  ]
  static let seeAlso = ["show", "save"]
  static let keywords = ["color", "highlight", "contour", "heatmap"]

  @Input("Value to draw.") var shape: Drawable
  @Ancestor("Image to draw on.") var background: GrayImage
  @Option("Color of a mask; labels have one color each.") var color: ColorWord?
  @Option("Fill opacity, 0 to 1; 40% also works.", in: 0...1) var alpha = 0.4
  @Option("Draw only the outline.") var outline = false
  @Option("Width of the outline. Default: adapted to the image size.", in: 0...500) var width: Length?
  @Option("Add a color legend below the image.") var legend = false
  @Option("Name of the mask in the legend.") var name = "mask"
  @Option("Distance between the lines of a coordinate grid. Default: no grid.", in: 1...100_000) var grid: Length?

  func run(_ context: Context) throws -> ColorImage {
    guard shape.size == background.size else {
      throw CommandProblem.sizesDiffer("the value", shape.size, "the background", background.size)
    }
    let line = try width.map { try context.wholePixels($0, on: background.spacing, for: "width") }
    let style = OverlayStyle(color: color?.rgb, isFilled: !outline, opacity: alpha, outlineWidth: line)
    var picture = try background.overlaid(
      with: shape.layers(style, name: name), showing: DisplayWindow(of: background).range,
      hasLegend: legend, remarks: doubt(context).map { ["warning: \($0.finding)"] } ?? [])
    if let grid {
      let left = (picture.size.width - background.size.width) / 2
      picture.draw(try context.grid(every: grid, over: background.size, background.spacing), at: background.size, fromColumn: left)
    }
    return picture
  }

  /// The doubt about the X-ray that what is drawn was found on.
  private func doubt(_ context: Context) -> ImageCheck.Doubt? {
    if case .segmentation(let segmentation) = shape { return segmentation.doubt }
    return ChestOrigin(of: context.input, from: context.origins, size: shape.size).segmentation?.doubt
  }
}
