import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `severity`: how much of the lungs is opaque.
struct SeverityCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the opaque fraction of the lungs: total, per lung and per zone, with scores."
  static let discussion = """
    Computes the percentage of opaque pixels in the lung field, in each lung and in six zones (thirds of each lung by height: A to C right \
    upper, middle, lower; D to F left); the geographic extent score from 0 to 8 (per lung 0 below 1 %, 1 below 25 %, 2 up to 50 %, 3 up to 75 %, \
    4 above); and, if the model was trained for them, predicted reader scores of extent and Brixia. Every value has an interval. A mask uses the \
    lungs of the segmentation that it was computed from unless lungs= states others. After include, exclude or paint, before holds the values \
    without the corrections. The lung field is the denominator of every percentage. With the shipped model it covers both lungs as a radiologist \
    outlines them, including the visible lung behind the heart and excluding the part below the dome of the diaphragm. For research; not a \
    diagnosis.
    """
  static let examples = [
    Example("phantom | segment | severity", "Measures the predicted opacity."),
    Example(
      "score = phantom | segment | threshold 0.4 | morph-open radius=2px | severity; score.percent > 25",
      "Measures a cleaned mask and tests a limit."),
  ]
  static let seeAlso = ["segment", "compare", "regions"]
  static let keywords = [
    "consolidation", "score", "brixia", "extent", "percent", "opacity", "pneumonia", "covid", "quantify", "involvement", "ground glass",
  ]

  @Input("Segmentation, or mask of the opacity.") var opacity: SegmentationOrMask
  @Option("Lung labels: 1 right, 2 left. Default: the lungs of the segmentation.") var lungs: LungField?

  func run(_ context: Context) throws -> SeverityReport {
    let others = context.origins.filter { $0.id != context.inputStep?.id }
    let source = try SeveritySource(opacity, lungs: lungs, madeBy: context.inputStep, alsoFrom: others)
    if source.isAmbiguous {
      context.note("the mask was made with several lungs; those of the first input count, and lungs= names others")
    }
    if case .labels(let labels)? = lungs { _ = context.sided(labels) }
    return try source.report()
  }
}
