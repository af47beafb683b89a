import ImageOps
import SegLang

/// `superpixels`: SLIC.
struct SuperpixelsCommand: Command {
  static let category = Category.segmentation
  static let summary = "Parts the picture into small compact regions of like brightness."
  static let discussion = """
    SLIC: k-means of intensity and place, from seeds on a lattice. Compactness is the difference in intensity that weighs as much as the distance of two \
    seeds: more of it makes regions rounder.
    """
  static let examples = [
    Example("phantom | superpixels count=300", "Parts the picture into about 300."),
    Example("p = phantom; p | superpixels count=200 compactness=5% | regions image=p", "Measures what is in each."),
  ]
  static let seeAlso = ["watershed", "regions"]

  @Input("Picture to part.") var image: GrayImage
  @Option("About how many regions.", in: 1...65_536) var count = 400
  @Option("How round regions are: an intensity, or a share of the range.") var compactness: Intensity = .share(0.1)
  @Option("Rounds of k-means.", in: 1...100) var iterations = 10

  func run(_ context: Context) throws -> LabelImage {
    try image.superpixels(
      count: count, compactness: image.difference(compactness, "compactness"), iterations: iterations, polling: context.cancellation)
  }
}
