import ImageOps
import SegLang

/// `fill-holes`: fills background that does not reach the border.
struct FillHolesCommand: Command {
  static let category = Category.masks
  static let summary = "Fills the holes of a mask."
  static let discussion = "A hole is background that does not reach the picture's border through pixels that share a side."
  static let examples = [
    Example("phantom | segment | fill-holes", "Closes the holes in the opacity."),
    Example("phantom | threshold otsu | fill-holes largest=50px", "Fills small holes and leaves large ones open."),
  ]
  static let seeAlso = ["morph-close", "remove-small"]
  static let keywords = ["close", "gaps"]

  @Input("Mask to fill.") var mask: Mask
  @Option("Holes larger than this stay open; without it all are filled.", in: 0...268_435_456) var largest: Area?

  func run(_ context: Context) throws -> Mask {
    let limit = try largest.map { Int(try $0.pixels(on: mask.spacing, context).rounded(.down)) }
    return try mask.fillingHoles(upTo: limit, polling: context.cancellation)
  }
}
