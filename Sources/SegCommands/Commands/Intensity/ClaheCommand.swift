import ImageOps
import SegLang

/// `clahe`: contrast-limited adaptive histogram equalization.
struct ClaheCommand: Command {
  static let category = Category.intensity
  static let summary = "Equalizes contrast locally by contrast-limited adaptive histogram equalization (CLAHE)."
  static let discussion = """
    Equalizes each tile with its histogram clipped at clip_limit times the mean bin count; pixels between tile centers interpolate the mappings \
    of the nearest four tiles. The histogram has 256 bins over the range of the image, so clip_limit means the same at every bit depth. \
    Definition: OpenCV createCLAHE, bit-identical on 8-bit images.
    """
  static let examples = [
    Example("phantom | clahe", "Enhances ribs and vessels everywhere."),
    Example("phantom | clahe clip_limit=4 tiles=4", "Uses larger tiles and more contrast."),
  ]
  static let seeAlso = ["equalize", "local-normalize"]
  static let keywords = ["contrast", "enhance", "histogram", "equalization", "adaptive"]

  @Input("Image to equalize.") var image: GrayImage
  @Option("Clip limit of the histogram, in multiples of the mean bin count; 0 disables clipping.", in: 0...1000) var clipLimit = 2.0
  @Option("Number of tiles in each direction.", in: 1...64) var tiles = 8

  func run(_ context: Context) throws -> GrayImage {
    context.notePadding(of: image)
    return try image.contrastLimitedEqualized(clipLimit: clipLimit, tilesDown: tiles, tilesAcross: tiles)
  }
}
