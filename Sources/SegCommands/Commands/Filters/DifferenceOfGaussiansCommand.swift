import ImageOps
import SegLang

/// `difference-of-gaussians`: a band of sizes.
struct DifferenceOfGaussiansCommand: Command {
  static let category = Category.filters
  static let summary = "Keeps structures between two sizes."
  static let discussion = """
    What a Gaussian of low keeps and one of high does not, around 0. Definition: scikit-image's difference_of_gaussians, mirrored at \
    the border.
    """
  static let examples = [
    Example("phantom | difference-of-gaussians low=1px high=4px", "Shows vessels and edges."),
    Example("phantom | difference-of-gaussians low=4px high=16px | show", "Shows ribs."),
  ]
  static let seeAlso = ["laplacian-of-gaussian", "unsharp-mask"]

  @Input("Picture to filter.") var image: GrayImage
  @Option("Standard deviation of the finer Gaussian.", in: 0...1000) var low: Length = .pixels(1)
  @Option("Standard deviation of the coarser Gaussian.", in: 0...1000) var high: Length = .pixels(2)

  func run(_ context: Context) throws -> GrayImage {
    let (fine, coarse) = (try context.pixels(low, on: image.spacing), try context.pixels(high, on: image.spacing))
    return try image.differenceOfGaussians(low: fine, high: coarse, polling: context.cancellation)
  }
}
