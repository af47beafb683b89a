import ImageOps
import SegLang

/// `area-open`: small bright details.
struct AreaOpenCommand: Command {
  static let category = Category.masks
  static let summary = "Levels bright details of fewer pixels than an area, whatever their shape."
  static let discussion = """
    Each pixel becomes the highest level at which it belongs to a region of that many pixels (8 neighbours); of a mask, smaller regions \
    go, as remove-small does. Definition: scikit-image's area_opening.
    """
  static let examples = [
    Example("phantom size=256 | area-open 40px", "Levels small bright details."),
    Example("phantom | threshold otsu | area-open 100px", "Drops small regions."),
  ]
  static let seeAlso = ["remove-small", "morph-open"]

  @Input("Mask, or gray picture, to work on.") var picture: MaskOrImage
  @Argument("Least area that stays.", in: 0...268_435_456) var area: Area

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    let area = Int(try area.pixels(on: picture.spacing, context).rounded(.up))
    switch picture {
    case .mask(let mask): return .mask(try mask.removingSmall(below: area, polling: context.cancellation))
    case .image(let image): return .image(try image.areaOpened(below: area, polling: context.cancellation))
    }
  }
}
