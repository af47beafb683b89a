import ImageOps
import SegLang

/// `suppress-ribs`: fainter ribs.
struct SuppressRibsCommand: Command {
  static let category = Category.filters
  static let summary = "Suppresses ribs to show the lung behind them."
  static let discussion = """
    Extracts bright bands lower than thickness (top-hat with a vertical line), smooths them with sigma to spare vessels, and subtracts them. A \
    thickness of 5 % of the image height suits most chests. The method uses shape alone: other bright horizontal structures fade as well, and \
    dark ones next to them gain contrast. For viewing only, not for measurement.
    """
  static let examples = [
    Example("p = phantom; p | suppress-ribs within=(p.lungs.all)", "Suppresses the ribs over the lungs."),
    Example("phantom | suppress-ribs thickness=30px amount=0.7", "Suppresses thicker bands by 70 %."),
  ]
  static let seeAlso = ["subtract-background", "top-hat"]
  static let keywords = ["bone", "bones", "rib", "shadow"]

  @Input("Image to process.") var image: GrayImage
  @Option("Height of the thickest rib.", in: 1...2000) var thickness: Length = .pixels(24)
  @Option("Standard deviation of the Gaussian kernel.", in: 0...1000) var sigma: Length = .pixels(3)
  @Option("Fraction of the rib image to subtract.", in: 0...2) var amount = 1.0
  @Option("Mask of the pixels to change. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    try image.ribsSuppressed(
      thickness: context.pixels(thickness, on: image.spacing), sigma: context.pixels(sigma, on: image.spacing), amount: amount,
      within: within)
  }
}
