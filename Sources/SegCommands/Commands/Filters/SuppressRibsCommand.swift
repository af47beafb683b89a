import ImageOps
import SegLang

/// `suppress-ribs`: fainter ribs.
struct SuppressRibsCommand: Command {
  static let category = Category.filters
  static let summary = "Makes ribs fainter, so that what lies beneath is easier to see."
  static let discussion = """
    What an opening by an upright line takes away, bright bands lower than thickness, is smoothed by sigma, so that vessels stay, and subtracted. \
    A twentieth of the picture's height suits most chests. A classical method by shape alone: other bright and flat things fade too, and dark ones beside \
    them stand out. For looking, not for measuring.
    """
  static let examples = [
    Example("p = phantom; p | suppress-ribs within=(p.lungs.all)", "Fades the ribs over the lungs."),
    Example("phantom | suppress-ribs thickness=30px amount=0.7", "Fades thinner bands, and not fully."),
  ]
  static let seeAlso = ["subtract-background", "top-hat"]
  static let keywords = ["bone", "bones", "rib", "shadow"]

  @Input("Picture to change.") var image: GrayImage
  @Option("Height of the thickest rib.", in: 1...2000) var thickness: Length = .pixels(24)
  @Option("Standard deviation of the Gaussian that spares details.", in: 0...1000) var sigma: Length = .pixels(3)
  @Option("How much is subtracted.", in: 0...2) var amount = 1.0
  @Option("Mask in which to do so; everywhere where none is given.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    try image.ribsSuppressed(
      thickness: context.pixels(thickness, on: image.spacing), sigma: context.pixels(sigma, on: image.spacing), amount: amount,
      within: within,
      polling: context.cancellation)
  }
}
