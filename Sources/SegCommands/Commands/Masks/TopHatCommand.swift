import ImageOps
import SegLang

/// `top-hat`: the picture less its opening.
struct TopHatCommand: FootprintCommand {
  static let summary = "Keeps the bright details that the footprint does not fit into."
  static let discussion = """
    The picture less its opening; of a mask, what opening takes away. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | top-hat radius=6px", "Shows vessels and ribs on an even background."),
    Example("phantom | threshold otsu | top-hat radius=4px", "Shows specks and thin parts."),
  ]
  static let seeAlso = ["black-hat", "morph-open", "subtract-background"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.topHat(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.topHat(by: footprint, polling: cancellation)
  }
}
