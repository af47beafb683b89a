import ImageOps
import SegLang
import SegModel

/// `threshold`: the pixels above a level.
struct ThresholdCommand: Command {
  static let category = Category.segmentation
  static let summary = "Gives the mask of the pixels above a level."
  static let discussion = """
    The level is an intensity (128), a share of the picture's range (40%), a percentile of its pixels (p99), or found by a method: otsu, triangle, li, \
    yen, isodata, mean, minimum-error, maximum-entropy. Of a segmentation or a probability, it is a probability from 0 to 1; of a segmentation only what lies in the lungs is kept. With \
    within=, only the pixels inside are measured and kept.
    """
  static let examples = [
    Example("phantom | threshold otsu", "Parts dark from bright."),
    Example("phantom | threshold p90", "Keeps the brightest tenth."),
    Example("phantom | segment | threshold 0.4", "Keeps what the network gives a probability above 0.4."),
  ]
  static let seeAlso = ["segment", "threshold-local", "threshold-hysteresis", "threshold-multi", "histogram"]

  @Input("Picture, probability or segmentation.") var picture: Leveled
  @Argument("Level, or the method that finds one.") var level: ThresholdLevel
  @Option("Mask in which to measure and to keep.") var within: Mask?

  func run(_ context: Context) throws -> Mask {
    let result: Thresholded
    switch picture {
    case .image(let image): result = try image.thresholded(by: level.thresholdMethod, within: within, polling: context.cancellation)
    case .probability(let map): result = try thresholded(map, within: within, context)
    case .segmentation(let segmentation):
      let map = try segmentation.probability(polling: context.cancellation)
      if segmentation.corrections > 0 { context.note("cut from the probability anew: corrections of the opacity are left out") }
      result = try thresholded(map, within: within ?? segmentation.lungs.foreground, context)
    }
    if case .intensity(.raw) = level { return result.mask }
    if case .method = level { context.remember("level", cameTo: numberText(Double(result.threshold))) }
    context.note("\(level.member.oneLine) -> \(NumberFormat.significant(Double(result.threshold)))")
    return result.mask
  }

  private func thresholded(_ map: ProbabilityMap, within mask: Mask?, _ context: Context) throws -> Thresholded {
    if case .intensity(.raw(let value)) = level, !(0...1).contains(value) {
      throw CommandProblem.outOfRange("level", numberText(value), "0 to 1, since this is a probability")
    }
    return try map.thresholded(by: level.thresholdMethod, within: mask, polling: context.cancellation)
  }
}

/// What has levels: intensities or probabilities.
enum Leveled: Union {
  case image(GrayImage)
  case probability(ProbabilityMap)
  case segmentation(Segmentation)

  static let members: [any Value.Type] = [GrayImage.self, ProbabilityMap.self, Segmentation.self]

  init?(_ value: any Value) {
    switch value {
    case let image as GrayImage: self = .image(image)
    case let map as ProbabilityMap: self = .probability(map)
    case let segmentation as Segmentation: self = .segmentation(segmentation)
    default: return nil
    }
  }

  var member: any Value {
    switch self {
    case .image(let image): image
    case .probability(let map): map
    case .segmentation(let segmentation): segmentation
    }
  }
}
