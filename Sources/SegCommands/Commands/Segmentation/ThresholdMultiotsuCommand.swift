import Basics
import ImageOps
import SegLang

/// `threshold-multiotsu`: several levels at once.
struct ThresholdMultiotsuCommand: Command {
  static let category = Category.segmentation
  static let summary = "Classifies pixels with several Otsu thresholds."
  static let discussion = """
    Finds the thresholds with the largest between-class variance, exactly. The darkest class has label 0, the next 1, and so on. With within=, \
    only the pixels inside are measured and kept. Definition: scikit-image threshold_multiotsu.
    """
  static let examples = [
    Example("phantom | threshold-multiotsu classes=3", "Classifies air, soft tissue and bone."),
    Example("p = phantom; p | threshold-multiotsu classes=4 within=(p.lungs.all) | overlay", "Classifies the lungs into four classes."),
  ]
  static let seeAlso = ["threshold"]

  @Input("Image to classify.") var image: GrayImage
  @Option("Number of classes.", in: 2...8) var classes = 3
  @Option("Mask of the pixels to measure and to keep. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> LabelImage {
    let thresholds = try image.multiOtsuThresholds(classes: classes, within: within)
    context.note("thresholds " + thresholds.map { NumberFormat.significant(Double($0)) }.joined(separator: ", "))
    return try image.classified(by: thresholds, within: within)
  }
}
