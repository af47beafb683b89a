import Basics
import ImageOps
import SegLang
import SegModel

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
    case .image(let image): result = try image.thresholded(by: level.thresholdMethod, within: within, polling: context.cancellation)
    case .probability(let map): result = try thresholded(map, within: within, context)
    case .segmentation(let segmentation):
      let map = try segmentation.probability(polling: context.cancellation)
      let field = within ?? segmentation.lungs.foreground
      result = try thresholded(map, within: field, context)
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

  /// The mask that a step of this command would have made of the segmentation without its corrections; nil where its arguments are not known any more.
  /// - Throws: `CancellationError`; what thresholding throws.
  static func withoutCorrections(_ step: Step, _ segmentation: Segmentation) throws -> Mask? {
    let within = step.step(ofOption: "within")
    let given = step.parents.dropFirst().first { $0.id != within?.id }
    let level: ThresholdLevel?
    if let literal = step.resolved.first(where: { $0.parameter == "level" })?.literal ?? step.literal(of: "level") {
      level = try? ThresholdLevel.read(Literal(literal))
    } else {
      level = given?.value.flatMap { try? ThresholdLevel.bind($0) }
    }
    guard let level else { return nil }
    let before = segmentation.uncorrected
    let field = try within.map { try $0.value.map { try Mask.bind($0) } } ?? before.lungs.foreground
    guard let field else { return nil }
    return try before.probability().thresholded(by: level.thresholdMethod, within: field).mask
  }

  private func thresholded(_ map: ProbabilityMap, within mask: Mask?, _ context: Context) throws -> Thresholded {
    if case .intensity(.raw(let value)) = level, !(0...1).contains(value) {
      throw CommandProblem.outOfRange("level", NumberFormat.exact(value), "0 to 1, since this is a probability")
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
