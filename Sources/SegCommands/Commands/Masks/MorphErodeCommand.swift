import ImageOps
import SegLang

/// `morph-erode`: the least value under the footprint.
struct MorphErodeCommand: RegionFootprintCommand {
  static let summary = "Shrinks a mask by the footprint."
  static let discussion = """
    Erosion keeps the pixels around which the whole footprint lies inside; in a gray picture it takes the least value under the \
    footprint. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-erode radius=5px", "Shrinks the opacity by five pixels on every side."),
    Example("phantom | morph-erode radius=2px shape=square", "Takes the least of 5 by 5 pixels."),
  ]
  static let seeAlso = ["morph-dilate", "morph-open"]
  static let keywords = ["erode", "erosion", "shrink"]

  @Input("Mask, labels or gray picture to work on.") var picture: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.eroded(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.eroded(by: footprint, polling: cancellation)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> LabelImage {
    try labels.eroded(by: footprint, polling: cancellation)
  }
}
