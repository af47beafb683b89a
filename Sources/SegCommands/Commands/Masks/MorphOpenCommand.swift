import Basics
import ImageOps
import SegLang
import SegValues

/// `morph-open`: erosion, then dilation.
struct MorphOpenCommand: RegionFootprintCommand {
  static let summary = "Applies a morphological opening: removes details smaller than the footprint."
  static let discussion = """
    Erosion followed by dilation. It removes specks and thin bridges and otherwise keeps the shape. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-open radius=3px", "Removes specks from the opacity."),
    Example("phantom | morph-open radius=12px shape=line angle=45deg", "Keeps bright details that are elongated in one direction."),
  ]
  static let seeAlso = ["morph-close", "remove-small"]
  static let keywords = ["opening"]

  @Input("Mask, labels or gray image to process.") var image: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.opened(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.opened(by: footprint)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint) throws -> LabelImage {
    try labels.opened(by: footprint)
  }
}
