/// The change of an opaque percentage between two X-rays of one patient, in percentage points, with a 90 % prediction interval.
///
/// The interval covers the change that a reader would measure, who outlined lungs and opacity on both X-rays: later percentage minus earlier
/// percentage. It covers neither a difference that the projection or the inspiration makes, nor an error of the registration.
///
/// With half-widths a and b of the intervals of both values, and a correlation r of their errors, the half-width is √(a² + b² - 2rab): that of a
/// difference of two errors that scale with a and b. Errors of one model on one patient correlate, because body, device and reader are mostly the
/// same, so a change is less uncertain than the two values would be apart. `Docs/explanation/Severity.md` states how r was estimated, and how many
/// changes the intervals contained.
public struct SeverityChange: Sendable, Equatable {
  /// Later minus earlier, in percentage points, -100...100.
  public let value: Double
  /// The 90 % prediction interval, within -100...100; nil if a value has none, as drawn masks have.
  public let interval: ClosedRange<Double>?

  /// The correlation of the errors of two X-rays of one patient: 0.34 (95 % CI -0.37 to 0.83) on 18 pairs of 12 patients, rounded down.
  public static let errorCorrelation = 0.3

  /// Creates the change between two values of one kind; nil if one is undefined.
  /// - Parameter correlation: That of the errors, 0...1; 0 for values of different models.
  public init?(from earlier: Severity.Figure?, to later: Severity.Figure?, correlation: Double = errorCorrelation) {
    guard let earlier, let later else { return nil }
    let change = later.value - earlier.value
    value = change
    guard let first = earlier.halfWidth, let second = later.halfWidth else {
      interval = nil
      return
    }
    let half = max(0, first * first + second * second - 2 * correlation * first * second).squareRoot()
    interval = max(-100, change - half)...min(100, change + half)
  }

  /// Whether the interval does not contain 0.
  public var isCertain: Bool { interval.map { !$0.contains(0) } ?? false }
}

extension Severity {
  /// Returns the change of a percentage from this X-ray to a later one of the patient; nil if either is undefined.
  /// - Parameter figure: ``percent``, ``rightPercent`` or ``leftPercent``.
  public func change(to later: Severity, of figure: KeyPath<Severity, Figure?> = \.percent) -> SeverityChange? {
    let isOneModel = intervalRules == later.intervalRules
    return SeverityChange(
      from: self[keyPath: figure], to: later[keyPath: figure], correlation: isOneModel ? SeverityChange.errorCorrelation : 0)
  }
}
