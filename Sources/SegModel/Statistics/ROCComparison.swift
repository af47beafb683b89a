import Basics
import Plotting

/// The ROC curves of several scores of the same cases.
public struct ROCComparison: Sendable, Equatable {
  /// A score and its curve.
  public struct Curve: Sendable, Equatable {
    /// The name of the score.
    public let name: String
    /// 1 - specificity (x) and sensitivity (y) at each threshold, from (0, 0) to (1, 1).
    public let points: [Point]
    /// The area under the curve; ties count half.
    public let area: Double
    /// DeLong's 95 % confidence interval of the area; nil for fewer than two cases of either outcome.
    public let interval: ClosedRange<Double>?
    /// The two-sided p-value of DeLong's paired test against the first score; nil for the first, and if the difference has no variance.
    public let p: Double?
  }

  /// The curves in the order of the scores.
  public let curves: [Curve]
  /// The number of positive cases.
  public let positives: Int
  /// The number of cases.
  public let count: Int

  /// Computes the curves; nil unless both outcomes occur. Scores must be finite. O(n log n) for each.
  /// - Precondition: As many scores of each name as outcomes.
  public init?(_ scores: [(name: String, values: [Double])], isPositive: [Bool]) {
    count = isPositive.count
    positives = isPositive.count { $0 }
    let found = DeLong(scores.map(\.values), isPositive: isPositive)
    var curves: [Curve] = []
    for (index, score) in scores.enumerated() {
      guard let area = Statistics.areaUnderROC(score.values, isPositive: isPositive) else { return nil }
      curves.append(
        Curve(
          name: score.name, points: ROCCurve.points(scores: score.values, isPositive: isPositive), area: area,
          interval: found?.interval(of: index), p: index == 0 ? nil : found?.p(0, index)))
    }
    self.curves = curves
  }

  /// Draws the curves.
  /// - Parameters:
  ///   - outcome: The name of the outcome.
  ///   - namesAreas: Whether the legend states the areas; if not, the notes do, as is needed where several panels have one legend.
  public func figure(outcome: String, namesAreas: Bool = true) -> Figure {
    func words(_ curve: Curve) -> String {
      let number = { (value: Double) in NumberFormat.plotFixed(value, 2) }
      let interval = curve.interval.map { " (95 % CI \(number($0.lowerBound)) to \(number($0.upperBound)))" } ?? ""
      return "\(curve.name): AUC \(number(curve.area))\(interval)"
    }
    let tests = curves.compactMap { curve in curve.p.map { "\(curve.name) p = \(NumberFormat.plotShort($0))" } }
    let notes =
      ["\(positives) of \(count) cases positive; intervals by DeLong"]
      + (tests.isEmpty ? [] : ["against \(curves[0].name): \(tests.joined(separator: ", ")) (DeLong's paired test)"])
    let marks = curves.enumerated().map { index, curve in
      Mark(.line(curve.points), name: namesAreas ? words(curve) : curve.name, tone: .series(index))
    }
    return Figure(
      title: "ROC curves: \(outcome)", notes: namesAreas ? notes : curves.map(words) + notes, x: ROCCurve.axes.x, y: ROCCurve.axes.y,
      marks: [ROCCurve.diagonal] + marks, isSquare: true)
  }
}
