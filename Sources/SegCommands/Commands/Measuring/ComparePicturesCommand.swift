import ImageOps
import SegLang

/// `compare-pictures`: how alike two pictures are.
struct ComparePicturesCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how alike two gray pictures are: errors, PSNR and SSIM."
  static let discussion = """
    The second picture is the reference, and its range the data range. PSNR is in dB and infinite for equal pictures; SSIM is the mean \
    over windows of 7 by 7 pixels, at most 1. Definitions: scikit-image's metrics.
    """
  static let examples = [
    Example("p = phantom; p | smooth sigma=1px | compare-pictures p", "Says what smoothing lost."),
    Example(
      "p = phantom noise=0; (phantom noise=2 | median-filter | compare-pictures p).ssim", "Judges a filter by a picture without grain."),
  ]
  static let seeAlso = ["compare"]
  static let keywords = ["psnr", "ssim", "mae", "similarity", "difference"]

  @Input("Picture in question.") var image: GrayImage
  @Argument("Picture that it is compared with.") var reference: GrayImage

  func run(_ context: Context) throws -> Record {
    guard image.size == reference.size else { throw CommandProblem.sizesDiffer("the picture", image.size, "the reference", reference.size) }
    context.notePadding(of: image, reference)
    let result = try similarity(of: image, to: reference, polling: context.cancellation)
    var fields: [(String, any Value)] = [
      ("mse", result.meanSquaredError), ("mae", result.meanAbsoluteError), ("psnr", result.peakSignalToNoise),
    ]
    if let ssim = result.structuralSimilarity { fields.append(("ssim", ssim)) }
    return Record(fields)
  }
}
