import ImageOps
import SegLang

/// `black-hat`: the closing less the picture.
struct BlackHatCommand: FootprintCommand {
  static let summary = "Keeps the dark details that the footprint does not fit into."
  static let discussion = """
    The closing less the picture; of a mask, what closing adds. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | black-hat radius=6px", "Shows the gaps between ribs."),
    Example("phantom | threshold otsu | black-hat radius=4px", "Shows gaps and small holes."),
  ]
  static let seeAlso = ["top-hat", "morph-close"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint, polling cancellation: Cancellation) throws -> Mask {
    try mask.blackHat(by: footprint, polling: cancellation)
  }

  func apply(to image: GrayImage, _ footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    try image.blackHat(by: footprint, polling: cancellation)
  }
}
