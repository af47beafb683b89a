import ImageOps
import SegLang

/// `superpixels`: SLIC.
struct SuperpixelsCommand: Command {
  static let category = Category.segmentation
  static let summary = "Partitions an image into superpixels (SLIC)."
  static let discussion = """
    Clusters pixels by k-means of intensity and position, from seeds on a grid. compactness is the intensity difference that weighs as much as \
    the distance of two seeds; larger values make regions more compact.
    """
  static let examples = [
    Example("phantom | superpixels count=300", "Computes about 300 superpixels."),
    Example("p = phantom; p | superpixels count=200 compactness=5% | regions image=p", "Measures each superpixel."),
  ]
  static let seeAlso = ["watershed", "regions"]

  @Input("Image to partition.") var image: GrayImage
  @Option("Approximate number of superpixels.", in: 1...65_536) var count = 400
  @Option("Compactness: an intensity, or a fraction of the range.") var compactness: Intensity = .share(0.1)
  @Option("Number of k-means iterations.", in: 1...100) var iterations = 10

  func run(_ context: Context) throws -> LabelImage {
    try image.superpixels(count: count, compactness: image.difference(compactness, "compactness"), iterations: iterations)
  }
}
