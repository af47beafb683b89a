import Basics
import ImageOps
import SegLang
import SegValues

/// `morph-close`: dilation, then erosion.
struct MorphCloseCommand: RegionFootprintCommand {
  static let summary = "Applies a morphological closing: fills gaps smaller than the footprint."
  static let discussion = """
    Dilation followed by erosion. It fills narrow gaps and small holes and otherwise keeps the shape. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-close radius=3px", "Joins regions that nearly touch."),
    Example("phantom | morph-close radius=4px", "Fills dark details of the image."),
  ]
  static let seeAlso = ["morph-open", "fill-holes"]
  static let keywords = ["closing"]

  @Input("Mask, labels or gray image to process.") var image: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.closed(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.closed(by: footprint)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint) throws -> LabelImage {
    try labels.closed(by: footprint)
  }
}
