import ImageOps
import SegLang

/// `morph-open`: erosion, then dilation.
struct MorphOpenCommand: RegionFootprintCommand {
  static let summary = "Removes what the footprint does not fit into."
  static let discussion = """
    Opening is erosion followed by dilation: specks and thin bridges go, the rest keeps its shape. \
    \(FootprintOptions.discussion) \(FootprintOptions.labelDiscussion)
    """
  static let examples = [
    Example("phantom | segment | morph-open radius=3px", "Drops specks from the opacity."),
    Example("phantom | morph-open radius=12px shape=line angle=45deg", "Keeps bright details that are long in one direction."),
  ]
  static let seeAlso = ["morph-close", "remove-small"]
  static let keywords = ["opening"]

  @Input("Mask, labels or gray picture to work on.") var picture: RegionsOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.opened(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.opened(by: footprint, polling: cancellation)
  }

  func apply(to labels: LabelImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> LabelImage {
    try labels.opened(by: footprint, polling: cancellation)
  }
}
