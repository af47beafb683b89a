import ImageOps
import SegLang

/// `morph-close`: dilation, then erosion.
struct MorphCloseCommand: Command {
  static let category = Category.masks
  static let summary = "Fills gaps that the footprint does not fit into."
  static let discussion = """
    Closing is dilation followed by erosion: cracks and small holes go, the rest keeps its shape. \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | segment | morph-close radius=3px", "Joins parts that nearly touch."),
    Example("phantom | morph-close radius=4px", "Fills dark gaps narrower than the disk in a gray picture."),
  ]
  static let seeAlso = ["morph-open", "fill-holes"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    try footprint.apply(to: picture, context) {
      try $0.closed(by: $1, polling: context.cancellation)
    } image: {
      try $0.closed(by: $1, polling: context.cancellation)
    }
  }
}
