import Basics
import ImageOps
import SegLang
import SegValues

/// `black-hat`: the closing less the image.
struct BlackHatCommand: FootprintCommand {
  static let summary = "Applies a black top-hat: extracts dark details smaller than the footprint."
  static let discussion = """
    Subtracts the image from its closing. In a mask, returns the pixels that closing adds. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | black-hat radius=6px", "Extracts the gaps between ribs."),
    Example("phantom | threshold otsu | black-hat radius=4px", "Extracts gaps and small holes."),
  ]
  static let seeAlso = ["top-hat", "morph-close"]

  @Input("Mask or gray image to process.") var image: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.blackHat(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.blackHat(by: footprint)
  }
}
