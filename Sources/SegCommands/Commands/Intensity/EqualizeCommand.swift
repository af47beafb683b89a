import ImageOps
import SegLang

/// `equalize`: histogram equalization.
struct EqualizeCommand: Command {
  static let category = Category.intensity
  static let summary = "Equalizes the histogram of an image."
  static let discussion = """
    Maps each pixel to the cumulative fraction of pixels that are not brighter, scaled to the range of the image. Whole-number intensities are \
    counted individually, others in 256 bins. Definition: scikit-image equalize_hist.
    """
  static let examples = [
    Example("phantom | equalize", "Equalizes the whole image."),
    Example("p = phantom; p | equalize within=(p.lungs.all)", "Equalizes with the histogram of the lungs."),
  ]
  static let seeAlso = ["clahe", "stretch-contrast", "match-histogram"]
  static let keywords = ["equalize", "contrast", "histogram", "enhance"]

  @Input("Image to equalize.") var image: GrayImage
  @Option("Mask of the pixels to count; all pixels are changed. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> GrayImage {
    try image.equalized(within: within)
  }
}
