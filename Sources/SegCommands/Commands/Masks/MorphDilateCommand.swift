import ImageOps
import SegLang

/// `morph-dilate`: the greatest value under the footprint.
struct MorphDilateCommand: Command {
  static let category = Category.masks
  static let summary = "Grows a mask by the footprint."
  static let discussion = """
    Dilation adds the pixels that the footprint reaches; in a gray picture it takes the greatest value under the footprint. Outside the picture nothing is added and nothing removed. A disk holds the pixels within the radius, a square \
    those up to the radius along rows and columns, a diamond those that as many steps reach.
    """
  static let examples = [
    Example("phantom | segment | morph-dilate radius=5px", "Grows the opacity by five pixels on every side.")
  ]
  static let seeAlso = ["morph-erode", "morph-close"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  @Option("Radius of the footprint.", in: 0...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Footprint.Shape.disk

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let footprint = try context.footprint(shape, radius, on: picture.spacing)
    switch picture {
    case .mask(let mask): return .mask(try mask.dilated(by: footprint, polling: context.cancellation))
    case .image(let image): return .image(try image.dilated(by: footprint, polling: context.cancellation))
    }
  }
}
