import ImageOps
import SegLang

/// `morph-open`: erosion, then dilation.
struct MorphOpenCommand: Command {
  static let category = Category.masks
  static let summary = "Removes what the footprint does not fit into."
  static let discussion = """
    Opening is erosion followed by dilation: specks and thin bridges go, the rest keeps its shape. \(FootprintOptions.discussion)
    """
  static let examples = [
    Example("phantom | segment | morph-open radius=3px", "Drops specks from the opacity."),
    Example("phantom | threshold otsu | morph-open radius=2px shape=square", "Opens a thresholded picture with a square."),
  ]
  static let seeAlso = ["morph-close", "remove-small"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  let footprint = FootprintOptions()

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    try footprint.apply(to: picture, context) {
      try $0.opened(by: $1, polling: context.cancellation)
    } image: {
      try $0.opened(by: $1, polling: context.cancellation)
    }
  }
}
