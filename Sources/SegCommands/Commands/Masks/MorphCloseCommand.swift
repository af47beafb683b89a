import ImageOps
import SegLang

/// `morph-close`: dilation, then erosion.
struct MorphCloseCommand: Command {
  static let category = Category.masks
  static let summary = "Fills gaps that the footprint does not fit into."
  static let discussion = """
    Closing is dilation followed by erosion: cracks and small holes go, the rest keeps its shape. Outside the picture nothing is added and nothing removed. A disk holds the pixels within the radius, a square \
    those up to the radius along rows and columns, a diamond those that as many steps reach.
    """
  static let examples = [
    Example("phantom | segment | morph-close radius=3px", "Joins parts that nearly touch.")
  ]
  static let seeAlso = ["morph-open", "fill-holes"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  @Option("Radius of the footprint.", in: 0...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Footprint.Shape.disk

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let footprint = try context.footprint(shape, radius, on: picture.spacing)
    switch picture {
    case .mask(let mask): return .mask(try mask.closed(by: footprint, polling: context.cancellation))
    case .image(let image): return .image(try image.closed(by: footprint, polling: context.cancellation))
    }
  }
}
