import ImageOps
import SegLang

/// `clahe`: contrast-limited adaptive histogram equalisation.
struct ClaheCommand: Command {
  static let category = Category.intensity
  static let summary = "Equalises the histogram tile by tile, with a limit on the contrast."
  static let discussion = """
    Each tile is equalized with its histogram clipped at limit times the mean count; pixels between tile centers interpolate the curves of the \
    nearest four tiles. The histogram has 256 bins over the range of the image, so limit means the same at every bit depth. Definition: OpenCV's \
    createCLAHE, bit-identical on 8-bit images.
    """
  static let examples = [
    Example("phantom | clahe", "Brings out ribs and vessels everywhere."),
    Example("phantom | clahe limit=4 tiles=4", "Takes larger tiles and more contrast."),
  ]
  static let seeAlso = ["equalise", "local-normalise"]
  static let keywords = ["contrast", "enhance", "histogram", "equalization", "adaptive"]

  @Input("Picture to equalise.") var image: GrayImage
  @Option("Cut of the histogram, in mean counts; 0 cuts nothing.", in: 0...1000) var limit = 2.0
  @Option("Number of tiles down and across.", in: 1...64) var tiles = 8

  func run(_ context: Context) throws -> GrayImage {
    context.notePadding(of: image)
    return try image.contrastLimitedEqualized(clipLimit: limit, tilesDown: tiles, tilesAcross: tiles, polling: context.cancellation)
  }
}
