import ImageOps
import SegLang
import SegValues

/// `area-open`: small bright details.
struct AreaOpenCommand: Command {
  static let category = Category.masks
  static let summary = "Applies an area opening: removes bright details smaller than an area, of any shape."
  static let discussion = """
    Each pixel takes the highest level at which it belongs to an 8-connected region of at least that area. In a mask, smaller regions are \
    removed, as by remove-small. Definition: scikit-image area_opening.
    """
  static let examples = [
    Example("phantom size=256 | area-open 40px", "Removes small bright details."),
    Example("phantom | threshold otsu | area-open 100px", "Removes small regions."),
  ]
  static let seeAlso = ["remove-small", "morph-open"]

  @Input("Mask or gray image to process.") var image: MaskOrImage
  @Argument("Smallest area to keep.", in: 0...268_435_456) var area: Area

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let area = Int(try area.pixels(on: image.spacing, context).rounded(.up))
    switch image {
    case .mask(let mask): return .mask(try mask.removingSmall(below: area))
    case .image(let image): return .image(try image.areaOpened(below: area))
    }
  }
}
