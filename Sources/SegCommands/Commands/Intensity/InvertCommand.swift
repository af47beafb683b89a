import ImageOps
import SegLang
import SegValues

/// `invert`: the negative.
struct InvertCommand: Command {
  static let category = Category.intensity
  static let summary = "Inverts an image or a mask."
  static let examples = [
    Example("phantom | invert", "Shows air bright and bone dark."),
    Example("phantom | threshold otsu | invert", "Selects the dark pixels."),
  ]
  static let seeAlso = ["window"]

  @Input("Image or mask to invert.") var image: MaskOrImage

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    switch image {
    case .mask(let mask): .mask(mask.inverted())
    case .image(let image): .image(try image.inverted())
    }
  }
}
