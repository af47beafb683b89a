import ImageOps
import SegLang

/// `morph-dilate`: the greatest value under the footprint.
struct MorphDilateCommand: RegionFootprintCommand {
  static let summary = "Grows a mask by the footprint."
  static let discussion = """
    Dilation adds the pixels that the footprint reaches; in a gray picture it takes the greatest value under the footprint. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-dilate radius=5px", "Grows the opacity by five pixels on every side."),
    Example("phantom | morph-dilate radius=2px shape=diamond", "Takes the greatest within two steps."),
  ]
  static let seeAlso = ["morph-erode", "morph-close"]
  static let keywords = ["dilate", "dilation", "grow", "expand"]

  @Input("Mask, labels or gray picture to work on.") var picture: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.dilated(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.dilated(by: footprint, polling: cancellation)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> LabelImage {
    try labels.dilated(by: footprint, polling: cancellation)
  }
}
