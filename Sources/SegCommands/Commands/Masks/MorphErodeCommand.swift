import ImageOps
import SegLang

/// `morph-erode`: the least value under the footprint.
struct MorphErodeCommand: Command {
  static let category = Category.masks
  static let summary = "Shrinks a mask by the footprint."
  static let discussion = """
    Erosion keeps the pixels around which the whole footprint lies inside; in a gray picture it takes the least value under the footprint. \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | segment | morph-erode radius=5px", "Shrinks the opacity by five pixels on every side."),
    Example("phantom | threshold otsu | morph-erode radius=2mm", "Takes two millimetres off on every side."),
  ]
  static let seeAlso = ["morph-dilate", "morph-open"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    try footprint.apply(to: picture, context) {
      try $0.eroded(by: $1, polling: context.cancellation)
    } image: {
      try $0.eroded(by: $1, polling: context.cancellation)
    }
  }
}
