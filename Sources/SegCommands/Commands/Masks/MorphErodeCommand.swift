import Basics
import ImageOps
import SegLang
import SegValues

/// `morph-erode`: the least value under the footprint.
struct MorphErodeCommand: RegionFootprintCommand {
  static let summary = "Applies a morphological erosion: shrinks a mask by the footprint."
  static let discussion = """
    Keeps the pixels around which the whole footprint lies inside. In a gray image, takes the minimum under the footprint. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-erode radius=5px", "Shrinks the opacity by 5 px."),
    Example("phantom | morph-erode radius=2px shape=square", "Computes the local minimum in a 5 x 5 window."),
  ]
  static let seeAlso = ["morph-dilate", "morph-open"]
  static let keywords = ["erode", "erosion", "shrink"]

  @Input("Mask, labels or gray image to process.") var image: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.eroded(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.eroded(by: footprint)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint) throws -> LabelImage {
    try labels.eroded(by: footprint)
  }
}
