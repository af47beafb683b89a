import ImageOps
import SegLang

/// `morph-dilate`: the greatest value under the footprint.
struct MorphDilateCommand: Command {
  static let category = Category.masks
  static let summary = "Grows a mask by the footprint."
  static let discussion = """
    Dilation adds the pixels that the footprint reaches; in a gray picture it takes the greatest value under the footprint. \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | segment | morph-dilate radius=5px", "Grows the opacity by five pixels on every side."),
    Example("p = phantom; (p.lungs | morph-dilate radius=8px) minus p.lungs", "Gives a rim of eight pixels round the lungs."),
  ]
  static let seeAlso = ["morph-erode", "morph-close"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    try footprint.apply(to: picture, context) {
      try $0.dilated(by: $1, polling: context.cancellation)
    } image: {
      try $0.dilated(by: $1, polling: context.cancellation)
    }
  }
}
