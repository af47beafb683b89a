import ImageOps
import SegLang
import SegModel

/// `severity`: how much of the lungs is opaque.
struct SeverityCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how much of the lungs is opaque: in percent, by lung and zone, and as scores."
  static let discussion = """
    The share of opaque pixels in both lungs, in each, and in the six zones (thirds of each lung by its height: A to C right upper, middle, lower; D to F \
    left); the geographic extent from 0 to 8 (each lung 0 below 1 %, 1 below 25 %, 2 to 50 %, 3 to 75 %, 4 above); and where the model has learned them, \
    extent and Brixia score as readers would give them. Every figure has an interval. Of a mask, the lungs are those of the segmentation that it was made \
    from, unless lungs= gives them. Of a segmentation or mask that include, exclude or paint corrected, before has the figures without the corrections. For \
    research; not a diagnosis.
    """
  static let examples = [
    Example("phantom | segment | severity", "Measures what the network found."),
    Example(
      "score = phantom | segment | threshold 0.4 | morph-open radius=2px | severity; score.percent > 25",
      "Measures a cleaned mask and asks about it."),
  ]
  static let seeAlso = ["segment", "compare", "regions"]

  @Input("Segmentation, or mask of the opacity.") var opacity: SegmentationOrMask
  @Option("The lungs, label 1 right and 2 left; those of the segmentation where none are given.") var lungs: LungField?

  func run(_ context: Context) throws -> SeverityReport {
    switch opacity {
    case .segmentation(let segmentation):
      let before = segmentation.corrections > 0 ? segmentation.uncorrected : nil
      guard let lungs else {
        return SeverityReport(
          severity: try Severity(segmentation), corrections: segmentation.corrections, before: try before.map { try Severity($0) })
      }
      let labels = try lungs.labels
      return SeverityReport(
        severity: try severity(labels, segmentation.opacity, segmentation), corrections: segmentation.corrections,
        before: try before.map { try severity(labels, $0.opacity, $0) })
    case .mask(let mask):
      guard let labels = try lungs?.labels ?? context.lungs(of: mask.size) else {
        throw CommandProblem.noLungs
      }
      let (corrections, before) = Self.corrections(of: context.inputStep)
      return SeverityReport(
        severity: try severity(labels, mask, context.segmentation), corrections: corrections,
        before: try before.map { try severity(labels, $0, context.segmentation?.uncorrected) })
    }
  }

  /// How many corrections in a row made a mask, and the mask before them.
  private static func corrections(of step: Step?) -> (count: Int, before: Mask?) {
    var (count, step) = (0, step)
    while let last = step, let command = last.command, Correction.commands.contains(command) {
      count += 1
      step = last.parents.first
    }
    // The first of them may have been given a segmentation's opacity.
    let before = count == 0 ? nil : step?.value.flatMap { try? Mask.bind($0) }
    return before == nil ? (0, nil) : (count, before)
  }

  private func severity(_ lungs: LabelImage, _ mask: Mask, _ segmentation: Segmentation?) throws -> Severity {
    guard lungs.size == mask.size else { throw CommandProblem.sizesDiffer("the mask", mask.size, "the picture of the lungs", lungs.size) }
    let inside = try mask.intersection(lungs.foreground)
    return try Severity(lungs: lungs, opacity: inside, segmentation: segmentation)
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
