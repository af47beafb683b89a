import ImageOps
import SegLang

/// `morph-close`: dilation, then erosion.
struct MorphCloseCommand: RegionFootprintCommand {
  static let summary = "Fills gaps that the footprint does not fit into."
  static let discussion = """
    Closing is dilation followed by erosion: cracks and small holes go, the rest keeps its shape. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-close radius=3px", "Joins parts that nearly touch."),
    Example("phantom | morph-close radius=4px", "Fills dark details of the picture itself."),
  ]
  static let seeAlso = ["morph-open", "fill-holes"]
  static let keywords = ["closing"]

  @Input("Mask, labels or gray picture to work on.") var picture: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.closed(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.closed(by: footprint, polling: cancellation)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> LabelImage {
    try labels.closed(by: footprint, polling: cancellation)
  }
}
