import Basics
import ImageOps
import SegLang
import SegValues

/// `morph-dilate`: the greatest value under the footprint.
struct MorphDilateCommand: RegionFootprintCommand {
  static let summary = "Applies a morphological dilation: enlarges a mask by the footprint."
  static let discussion = """
    Adds the pixels that the footprint reaches. In a gray image, takes the maximum under the footprint. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-dilate radius=5px", "Enlarges the opacity by 5 px."),
    Example("phantom | morph-dilate radius=2px shape=diamond", "Computes the local maximum."),
  ]
  static let seeAlso = ["morph-erode", "morph-close"]
  static let keywords = ["dilate", "dilation", "grow", "expand"]

  @Input("Mask, labels or gray image to process.") var image: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.dilated(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.dilated(by: footprint)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint) throws -> LabelImage {
    try labels.dilated(by: footprint)
  }
}
