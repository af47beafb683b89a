import ImageOps
import SegLang

/// `clahe`: contrast-limited adaptive histogram equalisation.
struct ClaheCommand: Command {
  static let category = Category.intensity
  static let summary = "Equalises the histogram tile by tile, with a limit on the contrast."
  static let discussion = """
    Each tile is equalised with its histogram cut at limit times the mean count, and pixels between the middles of tiles mix the curves \
    of the nearest four. Definition: OpenCV's createCLAHE, the same bits on 8-bit pictures; others are worked on in 65,536 levels of \
    their range.
    """
  static let examples = [
    Example("phantom | clahe", "Brings out ribs and vessels everywhere."),
    Example("phantom | clahe limit=4 tiles=4", "Takes larger tiles and more contrast."),
  ]
  static let seeAlso = ["equalise", "local-normalise"]

  @Input("Picture to equalise.") var image: GrayImage
  @Option("Cut of the histogram, in mean counts; 0 cuts nothing.", in: 0...1000) var limit = 2.0
  @Option("Number of tiles down and across.", in: 1...64) var tiles = 8

  func run(_ context: Context) throws -> GrayImage {
    try image.contrastLimitedEqualized(clipLimit: limit, tilesDown: tiles, tilesAcross: tiles, polling: context.cancellation)
  }
}
