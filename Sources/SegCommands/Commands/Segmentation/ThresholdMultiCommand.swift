import ImageOps
import SegLang

/// `threshold-multi`: several levels at once.
struct ThresholdMultiCommand: Command {
  static let category = Category.segmentation
  static let summary = "Parts the intensities into classes by several Otsu thresholds."
  static let discussion = """
    The thresholds with the largest variance between the classes, found exactly. The darkest class is label 0, the next 1, and so on. \
    With within=, only the pixels inside are measured and kept. Definition: scikit-image's threshold_multiotsu.
    """
  static let examples = [
    Example("phantom | threshold-multi classes=3", "Parts air, soft tissue and bone."),
    Example("p = phantom; p | threshold-multi classes=4 within=(p.lungs.all) | overlay", "Parts the lungs into four."),
  ]
  static let seeAlso = ["threshold"]

  @Input("Picture to threshold.") var image: GrayImage
  @Option("Number of classes.", in: 2...8) var classes = 3
  @Option("Mask in which to measure and to keep.") var within: Mask?

  func run(_ context: Context) throws -> LabelImage {
    let thresholds = try image.multiOtsuThresholds(classes: classes, within: within, polling: context.cancellation)
    context.note("thresholds " + thresholds.map { NumberFormat.significant(Double($0)) }.joined(separator: ", "))
    return try image.classified(by: thresholds, within: within, polling: context.cancellation)
  }
}
