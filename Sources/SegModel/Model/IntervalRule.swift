import Basics
import Network

/// A rule for the prediction interval of a value, learned from images that the networks had not seen.
///
/// The interval is the value ± `factor` · (`floor` + spread), where the spread is half the distance between the values at the lowest and the highest
/// likely outline, so that it is wide if the network is uncertain. Factor and floor are chosen so that intervals contain nine of ten reader values
/// (split conformal prediction, Vovk et al. 2005, with normalized residuals).
public struct IntervalRule: Sendable, Equatable {
  /// The factor of the half-width.
  public let factor: Double
  /// A constant added to the spread, in units of the value; above 0.
  public let floor: Double
  /// The number of cases that the rule was learned from.
  public let cases: Int

  /// The values with intervals. One rule serves both lungs, one all six zones.
  public enum Figure: String, Sendable, CaseIterable {
    /// Opaque percentage of both lungs, of one lung or of one zone, and geographic extent from areas.
    case percent, lung, zone, extent
    /// Geographic extent, estimated as readers score it.
    case extentEstimate = "extent_estimate"
    /// Brixia score, estimated as readers score it.
    case brixiaEstimate = "brixia_estimate"

    /// The values that can occur: 0...100 % for percentages, 0...8 for extent, 0...18 for Brixia.
    public var range: ClosedRange<Double> {
      switch self {
      case .percent, .lung, .zone: 0...100
      case .extent, .extentEstimate: 0...8
      case .brixiaEstimate: 0...18
      }
    }
  }

  /// Returns half the width of an interval before it is limited to possible values, in units of the value.
  /// - Parameter spread: As for `interval(around:spread:within:)`.
  public func halfWidth(spread: Double) -> Double { factor * (floor + max(0, spread)) }

  /// Returns the interval around a value, limited to `range` and always containing the value.
  /// - Parameter spread: Half the distance between the values at the lowest and the highest likely outline; 0 for an estimate.
  public func interval(around value: Double, spread: Double, within range: ClosedRange<Double>) -> ClosedRange<Double> {
    let half = halfWidth(spread: spread)
    return min(max(value - half, range.lowerBound), value)...max(min(value + half, range.upperBound), value)
  }

  /// The rule whose intervals are narrowest, as the mean of the groups, among those that hold `share` of the cases of each group and would hold it of new ones.
  /// - Parameters:
  ///   - errors: absolute differences from the readers' figures.
  ///   - groups: the group of each case, so that many easy cases do not make intervals too narrow for the others; one group for nil. Groups of fewer than ten cases
  ///     count as part of all cases.
  ///   - floors: the floors that are tried.
  /// - Returns: nil with fewer than ten cases.
  static func fitted(errors: [Double], spreads: [Double], groups: [Int]? = nil, floors: [Double], share: Double = 0.9) -> IntervalRule? {
    precondition(errors.count == spreads.count && groups.map { $0.count == errors.count } ?? true, "pairs")
    guard errors.count >= 10 else { return nil }
    let split = Dictionary(grouping: errors.indices) { groups?[$0] ?? 0 }.sorted { $0.key < $1.key }.map(\.value)
    let large = split.filter { $0.count >= 10 }
    let parts = large.isEmpty ? [Array(errors.indices)] : large.count == split.count ? split : large + [Array(errors.indices)]
    var best: (width: Double, rule: IntervalRule)?
    for floor in floors where floor > 0 {
      let factors = parts.map { part in
        let ratios = part.map { errors[$0] / (floor + spreads[$0]) }.sorted()
        return ratios[min(part.count, Int((share * Double(part.count + 1)).rounded(.up))) - 1]
      }
      let rule = IntervalRule(factor: factors.max() ?? 0, floor: floor, cases: errors.count)
      let width = parts.reduce(0) { sum, part in
        sum + part.reduce(0) { $0 + rule.factor * (floor + spreads[$1]) } / Double(part.count)
      }
      if width < best?.width ?? .infinity { best = (width, rule) }
    }
    return best?.rule
  }
}

// MARK: - Files

/// The interval rules of a model.
public struct IntervalRules: Sendable, Equatable {
  static let metadataKey = "intervals"
  /// The rules by value; a value without a rule is missing.
  public var rules: [IntervalRule.Figure: IntervalRule]

  /// The rule for a value; nil if there is none.
  public subscript(figure: IntervalRule.Figure) -> IntervalRule? { rules[figure] }

  var json: JSON {
    .object(
      IntervalRule.Figure.allCases.compactMap { figure in
        rules[figure].map { JSON.Member(figure.rawValue, [.number($0.factor), .number($0.floor), .number(Double($0.cases))]) }
      })
  }

  /// Creates a set of rules.
  public init(rules: [IntervalRule.Figure: IntervalRule]) { self.rules = rules }

  /// The rules of a model's file; nil where there are none.
  init?(in file: Safetensors) throws(ModelError) {
    guard let text = file.metadata[Self.metadataKey] else { return nil }
    func invalid() -> ModelError {
      .invalidMetadata(
        path: file.path, key: Self.metadataKey, value: String(text.prefix(80)), expected: "factor, floor and cases of each figure")
    }
    guard let json = try? JSON(parsing: text), case .object(let members) = json else { throw invalid() }
    rules = [:]
    for member in members {
      guard let figure = IntervalRule.Figure(rawValue: member.key), let numbers = member.value.numbersValue, numbers.count == 3,
        numbers[0] >= 0, numbers[0] < 1e6, numbers[1] > 0, numbers[1] < 1e6, let cases = Int(exactly: numbers[2])
      else { throw invalid() }
      rules[figure] = IntervalRule(factor: numbers[0], floor: numbers[1], cases: cases)
    }
  }
}
