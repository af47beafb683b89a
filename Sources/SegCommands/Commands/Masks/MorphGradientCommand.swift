import ImageOps
import SegLang

/// `morph-gradient`: dilation less erosion.
struct MorphGradientCommand: FootprintCommand {
  static let summary = "Gives what dilation adds and erosion takes: the edges."
  static let discussion = """
    In a mask the pixels that one of both changes, in a gray picture the difference of the greatest and the least value under the \
    footprint. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | morph-gradient", "Shows edges."),
    Example("p = phantom; p.lungs.all | morph-gradient radius=2px | overlay", "Draws a wide outline."),
  ]
  static let seeAlso = ["gradient", "contour"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.morphologicalGradient(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.morphologicalGradient(by: footprint, polling: cancellation)
  }
}
