import Basics
import ImageOps
import SegLang
import SegValues

/// `morph-gradient`: dilation less erosion.
struct MorphGradientCommand: FootprintCommand {
  static let summary = "Computes the morphological gradient: dilation minus erosion."
  static let discussion = """
    In a mask, returns the pixels that dilation adds or erosion removes. In a gray image, returns the difference of the local maximum and \
    minimum. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | morph-gradient", "Shows edges."),
    Example("p = phantom; p.lungs.all | morph-gradient radius=2px | overlay", "Draws a wide outline."),
  ]
  static let seeAlso = ["gradient", "contour"]

  @Input("Mask or gray image to process.") var image: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.morphologicalGradient(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.morphologicalGradient(by: footprint)
  }
}
