import Basics
import ImageOps

/// The severity of a segmentation: how much of the lungs is opaque, in values that radiologists use. For research; not a diagnosis.
///
/// A value is nil if it is undefined: the percentage of a lung that was not found, an estimate without a model. No value is NaN or infinite.
public struct Severity: Sendable, Equatable {
  /// A value with its interval.
  public struct Figure: Sendable, Equatable {
    /// The value.
    public let value: Double
    /// The prediction interval of a calibrated model; otherwise the values between the lowest and the highest likely outline.
    public let interval: ClosedRange<Double>
    /// Half the width of the prediction interval before it is limited to possible values; nil for a model that is not calibrated.
    public let halfWidth: Double?
  }

  /// The opaque share of both lungs in percent; nil without lungs.
  public let percent: Figure?
  /// The opaque share of the right lung in percent; nil if it was not found.
  public let rightPercent: Figure?
  /// The opaque share of the left lung in percent; nil if it was not found.
  public let leftPercent: Figure?
  /// The opaque share of the zones A-F in percent; zones without lung are missing.
  public let zones: [LungZone: Figure]
  /// The geographic extent from areas, 0-8: each lung counts 0 below 1 %, 1 below 25 %, 2 to 50 %, 3 to 75 %, 4 above. Nil without lungs.
  public let extent: Figure?
  /// The geographic extent as readers score it, 0-8, learned from their scores; nil without an estimator.
  public let extentEstimate: Figure?
  /// The Brixia score as readers score it, 0-18, learned from their scores; nil without an estimator.
  public let brixiaEstimate: Figure?
  /// The grade of `percent`.
  public let grade: Grade
  /// A reason not to trust the values; nil if there is none.
  public let doubt: ImageCheck.Doubt?
  /// The pixel counts behind the percentages.
  public let areas: LungZones
  /// The pixel counts at working resolution, for intervals; nil without a prediction.
  public let workingAreas: LungZones?
  /// The interval rules; nil for a model that is not calibrated or without a prediction.
  public let intervalRules: IntervalRules?
  /// The thresholds of the masks; nil without a prediction.
  public let thresholds: SegmentationModel.Thresholds?

  /// A grade by opaque percentage: none below 1 %, mild below 25 %, moderate to 50 %, severe to 75 %, very severe above.
  public enum Grade: String, Sendable, CaseIterable, Comparable {
    /// No lungs were found.
    case noLungs = "no lungs found"
    /// Below 1 %.
    case none
    /// At least 1 % and below 25 %.
    case mild
    /// 25 % to 50 %.
    case moderate
    /// Above 50 % to 75 %.
    case severe
    /// Above 75 %.
    case verySevere = "very severe"

    /// Whether the first grade is milder; `noLungs` is before all others.
    public static func < (a: Grade, b: Grade) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Creates the grade of a percentage; nil is `noLungs`. The percentage must not be NaN.
    public init(percent: Double?) {
      switch percent {
      case nil: self = .noLungs
      case .some(..<Severity.noneBelow): self = .none
      case .some(..<25): self = .mild
      case .some(...50): self = .moderate
      case .some(...75): self = .severe
      default: self = .verySevere
      }
    }
  }

  /// The grades that the interval of `percent` covers, mildest first; the grade alone without lungs.
  public var gradeRange: ClosedRange<Grade> {
    guard let interval = percent?.interval else { return grade...grade }
    return Grade(percent: interval.lowerBound)...Grade(percent: interval.upperBound)
  }

  /// Whether the percentage is at least 1 %, but its interval extends below it: the lungs may be free of opacity.
  public var mayBeClear: Bool { grade > .none && gradeRange.lowerBound == .none }

  /// The grade in words, such as "mild", or "none to moderate, may be clear" if the interval covers several grades.
  public var gradeText: String {
    let range = gradeRange
    let word = range.lowerBound == range.upperBound ? grade.rawValue : "\(range.lowerBound.rawValue) to \(range.upperBound.rawValue)"
    return word + (mayBeClear ? ", may be clear" : "")
  }

  /// The percentage below which a lung counts as clear, 1 %: less is within the error of any outline.
  public static let noneBelow = 1.0

  /// Returns the points of one lung in the geographic extent, 0-4.
  public static func extentPoints(percent: Double) -> Double {
    switch percent {
    case ..<noneBelow: 0
    case ..<25: 1
    case ...50: 2
    case ...75: 3
    default: 4
    }
  }
}

extension Severity {
  /// Computes the severity of a segmentation from a model, corrected or drawn.
  /// - Throws: `CancellationError`.
  public init(_ segmentation: Segmentation) throws {
    guard segmentation.corrections == 0, let source = segmentation.source else {
      try self.init(lungs: segmentation.lungs, opacity: segmentation.opacity, segmentation: segmentation)
      return
    }
    self.init(
      areas: LungZones(counting: segmentation.lungs, segmentation.opacity),
      workingZones: try LungZones(source.prediction, thresholds: source.thresholds),
      segmentation: segmentation)
  }

  /// Computes the severity of masks, drawn or corrected.
  ///
  /// - Parameter segmentation: A model's segmentation of the same image, for intervals and estimates; without it intervals have no width and
  ///   estimates are nil. The estimates then use the corrected areas and the model's features. What a reader decided about opacity counts as certain.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public init(lungs: LabelImage, opacity: Mask, segmentation: Segmentation? = nil) throws {
    self = try SeverityMeter(lungs: lungs, segmentation: segmentation).severity(of: opacity)
  }

  /// The severity of counts alone, whose intervals have no width.
  init(areas: LungZones) { self.init(areas: areas, workingZones: nil, segmentation: nil) }

  init(areas: LungZones, workingZones: LungZones?, segmentation: Segmentation?) {
    let rules = segmentation?.source?.intervalRules
    intervalRules = rules
    /// The figure with the interval that its rule gives, or, without a rule, the range from the lowest to the highest likely outline.
    func figure(_ value: Double, _ likely: ClosedRange<Double>, _ kind: IntervalRule.Figure) -> Figure {
      guard let rule = rules?[kind] else { return Figure(value: value, interval: likely, halfWidth: nil) }
      let spread = (likely.upperBound - likely.lowerBound) / 2
      return Figure(
        value: value, interval: rule.interval(around: value, spread: spread, within: kind.range), halfWidth: rule.halfWidth(spread: spread))
    }
    /// The share in percent, and what it is at the lowest and at the highest likely outline.
    func share(_ select: (LungZones) -> LungZones.Counts) -> (value: Double, likely: ClosedRange<Double>)? {
      guard let share = select(areas).share else { return nil }
      let value = 100 * share
      guard let working = workingZones.map(select), working.area > 0 else { return (value, value...value) }
      let low = 100 * Double(working.certain) / Double(working.area)
      let high = 100 * Double(working.possible) / Double(working.area)
      return (value, min(value, low)...max(value, high))
    }
    self.areas = areas
    workingAreas = workingZones
    thresholds = segmentation?.source?.thresholds
    let (right, left) = (share(\.right), share(\.left))
    percent = share(\.both).map { figure($0.value, $0.likely, .percent) }
    rightPercent = right.map { figure($0.value, $0.likely, .lung) }
    leftPercent = left.map { figure($0.value, $0.likely, .lung) }
    zones = Dictionary(
      uniqueKeysWithValues: LungZone.allCases.compactMap { zone in
        share { $0[zone] }.map { (zone, figure($0.value, $0.likely, .zone)) }
      })
    let lungs = [right, left].compactMap { $0 }
    if lungs.isEmpty {
      extent = nil
    } else {
      func points(_ percent: ((value: Double, likely: ClosedRange<Double>)) -> Double) -> Double {
        lungs.reduce(0) { $0 + Self.extentPoints(percent: percent($1)) }
      }
      extent = figure(points(\.value), points(\.likely.lowerBound)...points(\.likely.upperBound), .extent)
    }
    if !lungs.isEmpty, let workingZones, let source = segmentation?.source,
      let features = SeverityFeatures(source.prediction, zones: workingZones)
    {
      func estimate(_ estimator: ScoreEstimator?, _ kind: IntervalRule.Figure) -> Figure? {
        guard let estimator else { return nil }
        let value = estimator.estimate(features)
        // Without a rule nothing is known of the error.
        return Figure(
          value: value, interval: rules?[kind]?.interval(around: value, spread: 0, within: estimator.range) ?? estimator.range,
          halfWidth: rules?[kind]?.halfWidth(spread: 0))
      }
      extentEstimate = estimate(source.extentEstimator, .extentEstimate)
      brixiaEstimate = estimate(source.brixiaEstimator, .brixiaEstimate)
    } else {
      (extentEstimate, brixiaEstimate) = (nil, nil)
    }
    grade = Grade(percent: self.percent?.value)
    doubt = segmentation?.doubt
  }
}

// MARK: - As a record

extension Severity {
  /// Every value with its name in the language, in display order: `percent`, `right.percent`, `zones.A`, `extent`, …
  public var figures: [(name: String, figure: Figure?)] {
    [("percent", percent), ("right.percent", rightPercent), ("left.percent", leftPercent)]
      + LungZone.allCases.map { ("zones.\($0.rawValue)", zones[$0]) }
      + [("extent", extent), ("extent_estimate", extentEstimate), ("brixia_estimate", brixiaEstimate)]
  }

  /// The values, grade, doubt and intervals as JSON; `null` if undefined.
  public var json: JSON {
    func value(_ figure: Figure?) -> JSON { figure.map { .number($0.value) } ?? .null }
    return [
      "percent": value(percent), "right": ["percent": value(rightPercent)], "left": ["percent": value(leftPercent)],
      "zones": .object(LungZone.allCases.map { JSON.Member($0.rawValue, value(zones[$0])) }), "extent": value(extent),
      "extent_estimate": value(extentEstimate), "brixia_estimate": value(brixiaEstimate), "grade": .string(grade.rawValue),
      "doubt": doubt.map { .string($0.rawValue) } ?? .null,
      "intervals": .object(
        figures.map { name, figure in
          JSON.Member(name, figure.map { [.number($0.interval.lowerBound), .number($0.interval.upperBound)] } ?? .null)
        }),
    ]
  }
}
