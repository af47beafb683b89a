import ImageOps
import SegLang

/// `invert`: the negative.
struct InvertCommand: Command {
  static let category = Category.intensity
  static let summary = "Exchanges bright and dark, or inside and outside of a mask."
  static let examples = [
    Example("phantom | invert", "Shows air bright and bone dark."), Example("phantom | threshold otsu | invert", "Gives what is dark."),
  ]
  static let seeAlso = ["window"]

  @Input("Picture or mask to invert.") var picture: MaskOrImage

  static func outputType(for input: ValueType?) -> ValueType { MaskOrImage.kept(input) }

  func run(_ context: Context) throws -> MaskOrImage {
    switch picture {
    case .mask(let mask): .mask(mask.inverted())
    case .image(let image): .image(try image.inverted(polling: context.cancellation))
    }
  }
}
