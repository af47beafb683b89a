import ImageOps
import SegLang
import SegModel

/// `overlay`: regions drawn over the picture they were found in.
struct OverlayCommand: Command {
  static let category = Category.seeing
  static let summary = "Draws a mask, labels, a probability or a segmentation over the X-ray it was made from."
  static let discussion = """
    The background is the picture that the input was made from, unless background= names another. It is shown through its own window or from its 0.5th \
    to its 99.5th percentile. A segmentation is drawn as the outlines of both lungs and the opacity filled. A legend stands below the picture and hides \
    nothing. A doubt about the X-ray is written below it, with or without a legend.
    """
  static let examples = [
    Example("phantom | segment | overlay", "Shows lungs and opacity."),
    Example("phantom | segment | threshold 0.4 | overlay color=red opacity=40% | save overlay.png", "Saves an overlay of a mask."),
    Example("p = phantom; p.lungs | overlay background=p outline=true width=3px legend=true", "Outlines both lungs."),
  ]
  static let seeAlso = ["show", "save"]
  static let keywords = ["color", "highlight", "contour", "heatmap"]

  @Input("What is drawn.") var shape: Drawable
  @Ancestor("Picture beneath.") var background: GrayImage
  @Option("Colour of a mask; labels take one each.") var color: ColorWord?
  @Option("How strong the filled parts are, from 0 to 1.", in: 0...1) var opacity = 0.4
  @Option("Whether only the outline is drawn.") var outline = false
  @Option("Width of the outline; one that suits the picture where none is given.", in: 0...500) var width: Length?
  @Option("Whether colours are explained below the picture.") var legend = false
  @Option("What the legend calls a mask.") var name = "mask"

  func run(_ context: Context) throws -> ColorImage {
    guard shape.size == background.size else {
      throw CommandProblem.sizesDiffer("what is drawn", shape.size, "the picture beneath", background.size)
    }
    let line = try width.map { try context.wholePixels($0, on: background.spacing, for: "width") }
    let style = OverlayStyle(color: color?.rgb, isFilled: !outline, opacity: opacity, outlineWidth: line)
    return try background.overlaid(
      with: shape.layers(style, name: name), showing: DisplayWindow(of: background, polling: context.cancellation).range,
      hasLegend: legend, remark: doubt(context).map { "doubt: \($0.finding)" }, polling: context.cancellation)
  }

  /// The doubt about the X-ray that what is drawn was found on.
  private func doubt(_ context: Context) -> PictureCheck.Doubt? {
    if case .segmentation(let segmentation) = shape { return segmentation.doubt }
    return ChestOrigin(of: context.input, from: context.origins, size: shape.size).segmentation?.doubt
  }
}
