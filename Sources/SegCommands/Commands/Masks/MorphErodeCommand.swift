import ImageOps
import SegLang

/// `morph-erode`: the least value under the footprint.
struct MorphErodeCommand: Command {
  static let category = Category.masks
  static let summary = "Shrinks a mask by the footprint."
  static let discussion = """
    Erosion keeps the pixels around which the whole footprint lies inside; in a gray picture it takes the least value under the footprint. Outside the picture nothing is added and nothing removed. A disk holds the pixels within the radius, a square \
    those up to the radius along rows and columns, a diamond those that as many steps reach.
    """
  static let examples = [
    Example("phantom | segment | morph-erode radius=5px", "Shrinks the opacity by five pixels on every side.")
  ]
  static let seeAlso = ["morph-dilate", "morph-open"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  @Option("Radius of the footprint.", in: 0...500) var radius: Length = .pixels(1)
  @Option("Shape of the footprint.") var shape = Footprint.Shape.disk

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let footprint = try context.footprint(shape, radius, on: picture.spacing)
    switch picture {
    case .mask(let mask): return .mask(try mask.eroded(by: footprint, polling: context.cancellation))
    case .image(let image): return .image(try image.eroded(by: footprint, polling: context.cancellation))
    }
  }
}
