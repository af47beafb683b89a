import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `threshold`: the pixels above a level.
struct ThresholdCommand: Command {
  static let category = Category.segmentation
  static let summary = "Segments the pixels above a threshold."
  static let discussion = """
    The threshold is an intensity (128), a fraction of the range (40%), a percentile (p99), or found by a method: otsu, triangle, li, yen, \
    isodata, mean, minimum-error, maximum-entropy. For a probability map or a segmentation it is a probability from 0 to 1. A segmentation is \
    limited to the lungs, and its opacity corrections are applied afterwards. With within=, only the pixels inside are measured and kept.
    """
  static let examples = [
    Example("phantom | threshold otsu", "Separates dark from bright by Otsu's method."),
    Example("phantom | threshold p90", "Keeps the brightest 10 %."),
    Example("phantom | segment | threshold 0.4", "Keeps pixels with a predicted probability above 0.4."),
  ]
  static let seeAlso = ["segment", "threshold-local", "threshold-hysteresis", "threshold-multiotsu", "histogram"]
  static let keywords = ["binarize", "binary", "otsu", "cutoff"]

  @Input("Image, probability map or segmentation.") var image: Leveled
  @Argument("Threshold, or the method that finds it.") var level: ThresholdLevel
  @Option("Mask of the pixels to measure and to keep. Default: the whole image.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let result: Thresholded
    var corrected: Mask?
    switch image {
    case .image(let image): result = try image.thresholded(by: level.thresholdMethod, within: within)
    case .probability(let map): result = try thresholded(map, within: within)
    case .segmentation(let segmentation):
      let map = try segmentation.probability()
      let field = within ?? segmentation.lungs.foreground
      result = try thresholded(map, within: field)
      let mask = try segmentation.applyingCorrections(to: result.mask).intersection(field)
      corrected = mask
      if mask != result.mask {
        let (added, removed) = (try mask.subtracting(result.mask).count, try result.mask.subtracting(mask).count)
        context.note(
          "the corrections are applied on top: \(NumberFormat.grouped(added)) px added, \(NumberFormat.grouped(removed)) px removed")
      }
    }
    if case .intensity(.raw) = level { return corrected ?? result.mask }
    if case .method = level { context.remember("level", cameTo: NumberFormat.exact(Double(result.threshold))) }
    context.note("\(level.member.oneLine) -> \(NumberFormat.significant(Double(result.threshold)))")
    return corrected ?? result.mask
  }

  private func thresholded(_ map: ProbabilityMap, within mask: Mask?) throws -> Thresholded {
    if case .intensity(.raw(let value)) = level, !(0...1).contains(value) {
      throw CommandProblem.outOfRange("level", NumberFormat.exact(value), "0 to 1, since this is a probability")
    }
    return try map.thresholded(by: level.thresholdMethod, within: mask)
  }
}
