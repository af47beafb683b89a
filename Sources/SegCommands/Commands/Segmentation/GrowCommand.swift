import ImageOps
import SegLang

/// `grow`: a region from a seed.
struct GrowCommand: Command {
  static let category = Category.segmentation
  static let summary = "Grows a region from a seed over the pixels that are about as bright."
  static let discussion = """
    Pixels belong to it that hang together with the seed at sides or corners and differ from it by at most tolerance. Definition: \
    scikit-image's flood.
    """
  static let examples = [
    Example("phantom | grow row=250 column=150 tolerance=8%", "Grows within the right lung."),
    Example("phantom | smooth sigma=2px | grow row=250 column=150 tolerance=20", "Does so on a smoothed picture."),
  ]
  static let seeAlso = ["watershed", "threshold"]
  static let keywords = ["region-growing", "flood", "fill", "magic-wand"]

  @Input("Picture to grow in.") var image: GrayImage
  @Option("Row of the seed, counted from 0.", in: 0...65_535) var row: Int
  @Option("Column of the seed, counted from 0.", in: 0...65_535) var column: Int
  @Option("Difference allowed: an intensity, or a share of the range.") var tolerance: Intensity = .share(0.05)

  func run(_ context: Context) throws -> Mask {
    try image.grown(
      fromRow: row, column: column, tolerance: image.difference(tolerance, "tolerance"), polling: context.cancellation)
  }
}
