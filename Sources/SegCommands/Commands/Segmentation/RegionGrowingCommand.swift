import ImageOps
import SegLang

/// `region-growing`: a region from a seed.
struct RegionGrowingCommand: Command {
  static let category = Category.segmentation
  static let summary = "Segments a region by growing it from a seed over pixels of similar intensity."
  static let discussion = """
    Adds the pixels that are 8-connected to the seed and differ from it by at most the tolerance. Definition: scikit-image flood.
    """
  static let examples = [
    Example("phantom | region-growing row=250 column=150 tolerance=8%", "Segments the right lung from a seed."),
    Example("phantom | gaussian-filter sigma=2px | region-growing row=250 column=150 tolerance=20", "Segments it in a smoothed image."),
  ]
  static let seeAlso = ["watershed", "threshold"]
  static let keywords = ["region-growing", "flood", "fill", "magic-wand"]

  @Input("Image to segment.") var image: GrayImage
  @Option("Row of the seed, counted from 0.", in: 0...65_535) var row: Int
  @Option("Column of the seed, counted from 0.", in: 0...65_535) var column: Int
  @Option("Largest difference from the seed: an intensity, or a fraction of the range.") var tolerance: Intensity = .share(0.05)

  func run(_ context: Context) throws -> Mask {
    try image.grown(fromRow: row, column: column, tolerance: image.difference(tolerance, "tolerance"))
  }
}
