import ImageOps
import SegLang

/// `equalise`: histogram equalisation.
struct EqualiseCommand: Command {
  static let category = Category.intensity
  static let summary = "Spreads the intensities so that each part of the range holds as many pixels."
  static let discussion = """
    Each pixel becomes the share of pixels that are not brighter, over the picture's range. Whole numbers are counted one by one, \
    others in 256 bins. Definition: scikit-image's equalize_hist.
    """
  static let examples = [
    Example("phantom | equalise", "Shows all that the picture holds."),
    Example("p = phantom; p | equalise within=(p.lungs.all)", "Counts in the lungs alone."),
  ]
  static let seeAlso = ["clahe", "stretch", "match-histogram"]
  static let keywords = ["equalize", "contrast", "histogram", "enhance"]

  @Input("Picture to equalise.") var image: GrayImage
  @Option("Mask in which pixels are counted; all are changed.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    try image.equalized(within: within, polling: context.cancellation)
  }
}
