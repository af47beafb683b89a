import Basics
import Plotting

/// The ROC curve of a score for a binary outcome.
public struct ROCCurve: Sendable, Equatable {
  /// 1 - specificity (x) and sensitivity (y) at each threshold, from (0, 0) to (1, 1); one point per distinct score.
  public let points: [Point]
  /// The area under the curve: the probability that a positive case scores higher than a negative one, ties counting half.
  public let area: Double
  /// The 95 % bootstrap CI of the area over cases, or over groups; nil if it is undefined.
  public let interval: ClosedRange<Double>?
  /// The number of positive cases.
  public let positives: Int
  /// The number of cases.
  public let count: Int

  /// Computes the curve; nil unless both outcomes occur. Scores must be finite. O(n log n).
  /// - Parameter groups: The group of each case, such as its patient, for resampling; nil if cases are independent.
  /// - Precondition: As many scores as outcomes, and as groups.
  public init?(scores: [Double], isPositive: [Bool], groups: [String]? = nil) {
    precondition(scores.count == isPositive.count, "pairs")
    guard let area = Statistics.areaUnderROC(scores, isPositive: isPositive) else { return nil }
    self.area = area
    count = scores.count
    positives = isPositive.count(where: { $0 })
    points = Self.points(scores: scores, isPositive: isPositive)
    let casesOfGroup = groups.map { groups in Dictionary(grouping: groups.indices) { groups[$0] } }
    let drawable = casesOfGroup.map { cases in cases.keys.sorted().compactMap { cases[$0] } } ?? scores.indices.map { [$0] }
    interval = Statistics.bootstrapInterval(count: drawable.count, draws: count > 5000 ? 200 : 2000) { drawn in
      let drawn = drawn.flatMap { drawable[$0] }
      return Statistics.areaUnderROC(drawn.map { scores[$0] }, isPositive: drawn.map { isPositive[$0] })
    }
  }

  /// 1 - specificity and sensitivity at each distinct score, from (0, 0) to (1, 1). Both outcomes have to occur.
  static func points(scores: [Double], isPositive: [Bool]) -> [Point] {
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    var points = [Point(x: 0, y: 0)]
    var (hits, alarms) = (0, 0)
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    for (place, index) in order.enumerated() {
      if isPositive[index] { hits += 1 } else { alarms += 1 }
      let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[index]
      if isLast { points.append(Point(x: Double(alarms) / Double(negatives), y: Double(hits) / Double(positives))) }
    }
    return points
  }

  static var diagonal: Mark { Mark(.rule(.segment(Point(x: 0, y: 0), Point(x: 1, y: 1))), tone: .muted) }

  /// The axes of ROC curves.
  static var axes: (x: Axis, y: Axis) { (Axis("1 − specificity", limits: 0...1), Axis("sensitivity", limits: 0...1)) }

  /// Draws the curve with its area.
  /// - Parameters:
  ///   - score: The name of the score.
  ///   - outcome: The name of the outcome.
  public func figure(score: String, outcome: String) -> Figure {
    let bounds =
      interval.map { " (95 % CI \(NumberFormat.plotFixed($0.lowerBound, 2)) to \(NumberFormat.plotFixed($0.upperBound, 2)))" } ?? ""
    return Figure(
      title: "ROC curve: \(outcome) predicted by \(score)",
      notes: ["area under the curve \(NumberFormat.plotFixed(area, 2))\(bounds)", "\(positives) of \(count) cases positive"],
      x: Self.axes.x, y: Self.axes.y, marks: [Self.diagonal, Mark(.line(points), name: score)], isSquare: true)
  }
}
