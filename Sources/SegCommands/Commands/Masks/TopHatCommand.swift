import Basics
import ImageOps
import SegLang
import SegValues

/// `top-hat`: the image less its opening.
struct TopHatCommand: FootprintCommand {
  static let summary = "Applies a white top-hat: extracts bright details smaller than the footprint."
  static let discussion = """
    Subtracts the opening from the image. In a mask, returns the pixels that opening removes. \
    \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | top-hat radius=6px", "Extracts vessels and ribs from the background."),
    Example("phantom | threshold otsu | top-hat radius=4px", "Extracts specks and thin parts."),
  ]
  static let seeAlso = ["black-hat", "morph-open", "subtract-background"]

  @Input("Mask or gray image to process.") var image: MaskOrImage
  let footprint = FootprintOptions()

  func apply(to mask: Mask, _ footprint: Footprint) throws -> Mask {
    try mask.topHat(by: footprint)
  }

  func apply(to image: GrayImage, _ footprint: Footprint) throws -> GrayImage {
    try image.topHat(by: footprint)
  }
}
