import ImageOps
import SegLang
import SegValues

/// `compare-images`: similarity of two images.
struct CompareImagesCommand: Command {
  static let category = Category.measuring
  static let summary = "Computes the similarity of two gray images: MSE, MAE, PSNR and SSIM."
  static let discussion = """
    The second image is the reference; its range is the data range. PSNR is in dB and infinite for identical images. SSIM is the mean over \
    windows of 7 x 7 pixels, at most 1. Definitions: scikit-image metrics.
    """
  static let examples = [
    Example("p = phantom; p | gaussian-filter sigma=1px | compare-images p", "Measures the effect of smoothing."),
    Example(
      "p = phantom noise=0; (phantom noise=2 | median-filter | compare-images p).ssim", "Evaluates a filter against an image without noise."
    ),
  ]
  static let seeAlso = ["compare"]
  static let keywords = ["psnr", "ssim", "mae", "similarity", "difference"]

  @Input("Image to evaluate.") var image: GrayImage
  @Argument("Reference image.") var reference: GrayImage

  func run(_ context: Context) throws -> Record {
    guard image.size == reference.size else { throw CommandProblem.sizesDiffer("the image", image.size, "the reference", reference.size) }
    context.notePadding(of: image, reference)
    let result = try similarity(of: image, to: reference)
    var fields: [(String, any Value)] = [
      ("mse", result.meanSquaredError), ("mae", result.meanAbsoluteError), ("psnr", result.peakSignalToNoise),
    ]
    if let ssim = result.structuralSimilarity { fields.append(("ssim", ssim)) }
    return Record(fields)
  }
}
