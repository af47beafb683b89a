import ImageOps
import SegLang
import SegModel

/// `severity`: how much of the lungs is opaque.
struct SeverityCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how much of the lungs is opaque: in percent, by lung and zone, and as scores."
  static let discussion = """
    The share of opaque pixels in the lung field, in each lung, and in the six zones (thirds of each lung by its height: A to C right upper, middle, lower; D to F \
    left); the geographic extent from 0 to 8 (each lung 0 below 1 %, 1 below 25 %, 2 to 50 %, 3 to 75 %, 4 above); and where the model has learned them, \
    extent and Brixia score as readers would give them. Every figure has an interval. Of a mask, the lungs are those of the segmentation that it was made \
    from, unless lungs= gives them. Of a segmentation or mask that include, exclude or paint corrected, before has the figures without the corrections. The lung \
    field, the denominator of every percentage, is what the lung masks cover: with the shipped model both lungs as a radiologist outlines them, the visible \
    lung behind the heart included, the part below the dome of the diaphragm not. For research; not a diagnosis.
    """
  static let examples = [
    Example("phantom | segment | severity", "Measures what the network found."),
    Example(
      "score = phantom | segment | threshold 0.4 | morph-open radius=2px | severity; score.percent > 25",
      "Measures a cleaned mask and asks about it."),
  ]
  static let seeAlso = ["segment", "compare", "regions"]
  static let keywords = [
    "consolidation", "score", "brixia", "extent", "percent", "opacity", "pneumonia", "covid", "quantify", "involvement", "ground glass",
  ]

  @Input("Segmentation, or mask of the opacity.") var opacity: SegmentationOrMask
  @Option("The lungs, label 1 right and 2 left; those of the segmentation where none are given.") var lungs: LungField?

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

/// What severity is measured of.
enum SegmentationOrMask: Union {
  case segmentation(Segmentation)
  case mask(Mask)

  static let members: [any Value.Type] = [Segmentation.self, Mask.self]

  init?(_ value: any Value) {
    switch value {
    case let segmentation as Segmentation: self = .segmentation(segmentation)
    case let mask as Mask: self = .mask(mask)
    default: return nil
    }
  }

  var member: any Value {
    switch self {
    case .segmentation(let segmentation): segmentation
    case .mask(let mask): mask
    }
  }
}

/// Lungs as labels, or as a mask that is parted into right and left.
enum LungField: Union {
  case labels(LabelImage)
  case mask(Mask)

  static let members: [any Value.Type] = [LabelImage.self, Mask.self]

  init?(_ value: any Value) {
    switch value {
    case let labels as LabelImage: self = .labels(labels)
    case let mask as Mask: self = .mask(mask)
    default: return nil
    }
  }

  var member: any Value {
    switch self {
    case .labels(let labels): labels
    case .mask(let mask): mask
    }
  }

  var labels: LabelImage {
    get throws {
      switch self {
      case .labels(let labels): labels
      case .mask(let mask): try mask.splitIntoLungs()
      }
    }
  }
}
