import Basics
import ImageOps

/// The results of cross-validation models on cases that they had not seen, and what follows for a model that learned from all of them: score
/// estimators and interval widths.
public struct Calibration: Sendable {
  /// One case as the model judged it that had not seen it.
  struct Case: Sendable {
    var record: CaseRecord
    var fold: Int
    var severity: Severity
    var features: SeverityFeatures?
    /// Zones as drawn; nil where opacity was not.
    var drawn: LungZones?
    /// Dice coefficient of the opacity at each of `opacityThresholds`; nil where it was not drawn.
    var dice: [Double]?
    /// Dice coefficient of both lungs; nil where they were not drawn.
    var lungsDice: Double?
    /// Opaque percentage of the lungs at each of `opacityThresholds`, for a clear film and for a pneumonia with boxes; nil for others, and where no lungs were found.
    var percents: [Double]?
    /// Whether the image is smaller than the network's square.
    var isSmall = false

    /// Cases whose errors are held apart, so that many easy ones do not narrow the intervals of the others.
    var group: Int { record.isKnownToBeClear ? isSmall ? 2 : 1 : 0 }
  }

  /// What is tried as the probability from which a pixel is opaque. Lower ones would agree still better with what was drawn where there is opacity, but X-rays
  /// like those that are learned from hardly ever have clear lungs, on which they would find some.
  static let opacityThresholds: [Float] = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6]

  let cases: [Case]
  /// The chosen opacity threshold, at which severity was computed; nil with fewer than ten drawn cases, which use the models' own threshold.
  public let opacityThreshold: Float?

  init(cases: [Case], opacityThreshold: Float? = nil) { (self.cases, self.opacityThreshold) = (cases, opacityThreshold) }

  /// Evaluates cases one after the other.
  ///
  /// - Parameters:
  ///   - segmenter: Returns the fold that holds out a case and the model of that fold; nil for a case to skip.
  ///   - keepsThreshold: Whether the models' own opacity thresholds stay.
  ///   - onCase: Called with the number of cases done after each.
  /// - Throws: Errors of reading; `LinearAlgebra.Missing`; `CancellationError`.
  public init(
    of segmenter: (CaseRecord) -> (fold: Int, segmenter: Segmenter)?, on records: [CaseRecord], keepsThreshold: Bool = false,
    onCase: (Int) -> Void = { _ in }
  ) throws {
    try LinearAlgebra.requireAvailable()
    let cancellation = Cancellation.current
    var predicted: [Predicted] = []
    for (index, record) in records.enumerated() {
      try cancellation.check()
      if let (fold, segmenter) = segmenter(record), record.hasScores || record.kind == .opacity || record.isLabeledPneumonia {
        predicted.append(try Predicted(record, fold: fold, segmenter: segmenter))
      }
      onCase(index + 1)
    }
    opacityThreshold =
      keepsThreshold
      ? nil
      : Self.threshold(
        dice: predicted.compactMap(\.dice),
        films: predicted.compactMap { Self.film(of: $0.record, isSmall: $0.isSmall, percents: $0.percents) })
    let threshold = opacityThreshold
    cases = try predicted.map { try $0.judged(at: threshold) }
  }

  /// A film of which it is known whether it is clear, and its opaque percentage at each of `opacityThresholds`.
  struct Film {
    let isClear: Bool
    let percents: [Double]

    /// Whether it is called clear, or opaque, as it should be.
    func isRight(at index: Int) -> Bool { (percents[index] <= Double(Calibration.clearPercent)) == isClear }
  }

  /// Small films are left out: they are easy, and many.
  private static func film(of record: CaseRecord, isSmall: Bool, percents: [Double]?) -> Film? {
    percents.flatMap { isSmall ? nil : Film(isClear: record.kind == .clear, percents: $0) }
  }

  /// The threshold with the best sum of three shares: the mean Dice coefficient of drawn opacity, the share of clear films that are called clear, and that of the pneumonias
  /// with boxes that are not.
  /// - Parameter dice: of each drawn case at each of `opacityThresholds`.
  /// - Returns: the higher of equal ones; nil with fewer than ten drawn cases.
  static func threshold(dice: [[Double]], films: [Film] = []) -> Float? {
    guard dice.count >= 10 else { return nil }
    let agreement = opacityThresholds.indices.map { index in
      [true, false].reduce(Statistics.mean(dice.map { $0[index] }) ?? 0) { sum, isClear in
        sum + (Statistics.mean(films.filter { $0.isClear == isClear }.map { $0.isRight(at: index) ? 1 : 0 }) ?? 0)
      }
    }
    return agreement.max().flatMap { best in agreement.lastIndex(of: best) }.map { opacityThresholds[$0] }
  }

  static func threshold(from cases: [Case]) -> Float? {
    threshold(
      dice: cases.compactMap(\.dice), films: cases.compactMap { film(of: $0.record, isSmall: $0.isSmall, percents: $0.percents) })
  }

  /// What the network says of a case, before a threshold is chosen.
  private struct Predicted {
    let record: CaseRecord
    let fold: Int
    let segmenter: Segmenter
    let prediction: Segmentation.Prediction
    let frame: FilmFrame
    let size: Size
    let spacing: Spacing
    var drawn: LungZones?
    var dice: [Double]?
    var lungsDice: Double?
    var percents: [Double]?
    var isSmall: Bool { min(size.width, size.height) < segmenter.model.side }

    init(_ record: CaseRecord, fold: Int, segmenter: Segmenter) throws {
      let image = try record.image()
      (self.record, self.fold, self.segmenter, size, spacing) = (record, fold, segmenter, image.size, image.spacing)
      let input = try segmenter.model.normalization.input(of: image, side: segmenter.model.side)
      frame = input.frame
      prediction = try segmenter.predict(input.pixels)
      guard record.fold == fold else { return }
      if record.kind == .clear || record.hasBoxes {
        let percents = try Calibration.opacityThresholds.map { threshold -> Double? in
          let found = try segmentation(at: threshold)
          return LungZones(counting: found.lungs, found.opacity).both.share.map { 100 * $0 }
        }
        self.percents = percents.contains(nil) ? nil : percents.compactMap { $0 }
      }
      let truth = try record.truth(size: image.size)
      guard let lungs = truth.lungs, let opacity = truth.opacity else { return }
      drawn = try LungZones(lungs: lungs, opacity: opacity)
      lungsDice = try Overlap(of: segmentation(at: nil).lungs.foreground, against: lungs.foreground).dice
      dice = try Calibration.opacityThresholds.map { threshold in
        try Overlap(of: segmentation(at: threshold).opacity, against: opacity).dice
      }
    }

    func segmentation(at threshold: Float?) throws -> Segmentation {
      var thresholds = segmenter.model.thresholds
      if let threshold { thresholds.opacity = threshold }
      return try segmenter.segmentation(from: prediction, frame: frame, size: size, spacing: spacing, thresholds: thresholds)
    }

    func judged(at threshold: Float?) throws -> Case {
      let severity = try Severity(segmentation(at: threshold))
      return Case(
        record: record, fold: fold, severity: severity,
        features: severity.workingAreas.flatMap { SeverityFeatures(prediction, zones: $0) }, drawn: drawn, dice: dice,
        lungsDice: lungsDice, percents: percents,
        isSmall: isSmall)
    }
  }

  // MARK: What follows

  /// Sets the threshold, the estimators and the interval rules that all cases together yield.
  public func apply(to model: inout SegmentationModel) {
    if let opacityThreshold { model.thresholds.opacity = opacityThreshold }
    model.extentEstimator = best(.extentEstimate)
    model.brixiaEstimator = best(.brixiaEstimate)
    model.intervalRules = IntervalRules(rules: rules(for: IntervalRule.Figure.allCases))
    model.heldOut = heldOut
  }

  /// The interval rules of these values that all cases together yield; a value with fewer than ten cases has none.
  func rules(for figures: [IntervalRule.Figure]) -> [IntervalRule.Figure: IntervalRule] {
    let points = points
    var rules: [IntervalRule.Figure: IntervalRule] = [:]
    for figure in figures { rules[figure] = Self.rule(figure, from: points[figure] ?? []) }
    return rules
  }

  /// A figure, how unsure the network is of it, and what readers say.
  struct Point: Sendable {
    var fold: Int
    /// See `Case.group`.
    var group: Int
    /// Whether a reader gave the truth; it follows from the absence of opacity in a clear film.
    var isRead: Bool
    var value: Double
    var spread: Double
    var truth: Double
  }

  /// Every figure that can be compared; estimates are those of the way to estimate them that is chosen, fitted without the case's fold.
  var points: [IntervalRule.Figure: [Point]] {
    var points: [IntervalRule.Figure: [Point]] = [:]
    func add(_ figure: IntervalRule.Figure, _ item: Case, _ found: Severity.Figure?, _ truth: Double?) {
      guard let found, let truth else { return }
      let spread = (found.interval.upperBound - found.interval.lowerBound) / 2
      points[figure, default: []].append(
        Point(fold: item.fold, group: item.group, isRead: item.record.kind != .clear, value: found.value, spread: spread, truth: truth))
    }
    for item in cases {
      func percent(_ zone: (LungZones) -> LungZones.Counts) -> Double? {
        item.record.kind == .clear ? 0 : item.drawn.flatMap { zone($0).share.map { 100 * $0 } }
      }
      add(.percent, item, item.severity.percent, percent(\.both))
      add(.lung, item, item.severity.rightPercent, percent(\.right))
      add(.lung, item, item.severity.leftPercent, percent(\.left))
      for zone in LungZone.allCases {
        add(.zone, item, item.severity.zones[zone], percent { $0[zone] })
      }
      add(.extent, item, item.severity.extent, item.record.geographicExtent)
    }
    for figure in Self.estimates {
      points[figure] = choice(for: figure).points
    }
    return points
  }

  private static let estimates = [IntervalRule.Figure.extentEstimate, .brixiaEstimate]

  /// A way to come from what the network says to a score.
  enum Way: String, CaseIterable, Sendable {
    /// What the network tells by itself.
    case told
    /// A line through the opaque share of the lungs.
    case share
    /// The mean of these two.
    case mean
    /// A ridge regression on zones and what the network tells.
    case zones
  }

  /// The way with the least squared error on folds that were left out; with few cases the plainer ones are often the better. The first of equal ones.
  func choice(for figure: IntervalRule.Figure) -> (way: Way, points: [Point]) {
    var best: (way: Way, points: [Point], error: Double) = (.told, [], .infinity)
    for way in Way.allCases {
      let points = points(for: figure, by: way)
      func squaredError(_ points: [Point]) -> Double {
        Statistics.mean(points.map { ($0.value - $0.truth) * ($0.value - $0.truth) }) ?? 0
      }
      let error = squaredError(points.filter(\.isRead)) + ScoreEstimator.clearShare * squaredError(points.filter { !$0.isRead })
      if !points.isEmpty, error < best.error { best = (way, points, error) }
    }
    return (best.way, best.points)
  }

  /// What is estimated of each case by what was fitted without its fold; no points where nothing can be fitted.
  func points(for figure: IntervalRule.Figure, by way: Way) -> [Point] {
    estimates(figure) { fold in estimator(figure, by: way, from: cases.filter { $0.fold != fold }) }
  }

  private func best(_ figure: IntervalRule.Figure) -> ScoreEstimator {
    estimator(figure, by: choice(for: figure).way, from: cases) ?? Self.told(figure)
  }

  /// What an estimator that was fitted without a case's fold says of it; no points where one cannot be fitted.
  private func estimates(_ figure: IntervalRule.Figure, by estimator: (_ fold: Int) -> ScoreEstimator?) -> [Point] {
    var points: [Point] = []
    for fold in Set(cases.map(\.fold)).sorted() {
      guard let estimator = estimator(fold) else { return [] }
      for item in cases where item.fold == fold {
        guard let features = item.features, let truth = Self.score(figure, of: item.record) else { continue }
        points.append(
          Point(
            fold: fold, group: item.group, isRead: item.record.kind != .clear, value: estimator.estimate(features), spread: 0, truth: truth)
        )
      }
    }
    return points
  }

  private static func told(_ figure: IntervalRule.Figure) -> ScoreEstimator { .told(figure == .extentEstimate ? .extent : .brixia) }

  private static func score(_ figure: IntervalRule.Figure, of record: CaseRecord) -> Double? {
    figure == .extentEstimate ? record.geographicExtent : figure == .brixiaEstimate ? record.brixia : nil
  }

  func estimator(_ figure: IntervalRule.Figure, by way: Way, from cases: [Case]) -> ScoreEstimator? {
    switch way {
    case .told: Self.told(figure)
    case .share: line(figure, from: cases)
    case .mean: line(figure, from: cases).map { ScoreEstimator.mean($0, Self.told(figure)) }
    case .zones: ridge(figure, from: cases)
    }
  }

  /// The cases with a score; clear films together count half as much as those that readers scored.
  private static func examples(_ figure: IntervalRule.Figure, from cases: [Case]) -> [ScoreEstimator.Example] {
    let scored = cases.filter { $0.features != nil && score(figure, of: $0.record) != nil }
    let clear = scored.count { $0.record.kind == .clear }
    let importance = ScoreEstimator.clearShare * Double(scored.count - clear) / Double(max(1, clear))
    return scored.compactMap { item in
      guard let features = item.features, let score = score(figure, of: item.record) else { return nil }
      let isRead = item.record.kind != .clear
      return ScoreEstimator.Example(
        patient: item.record.patient, features: features, score: score, importance: isRead ? 1 : importance, isRead: isRead)
    }
  }

  private func line(_ figure: IntervalRule.Figure, from cases: [Case]) -> ScoreEstimator? {
    let examples = Self.examples(figure, from: cases)
    return ScoreEstimator.line(through: examples, range: figure.range)
  }

  /// Cases whose extent is unknown but whose Brixia score is known take part in the extent with what the line through the cases that have both says, at half
  /// weight, and have no part in the choice of penalties.
  private func ridge(_ figure: IntervalRule.Figure, from cases: [Case]) -> ScoreEstimator? {
    let records = cases.map(\.record)
    let both = records.filter { $0.kind != .clear && $0.geographicExtent != nil && $0.brixia != nil }
    let line =
      figure == .extentEstimate
      ? RidgeRegression(rows: both.map { [$0.brixia ?? 0] }, targets: both.map { $0.geographicExtent ?? 0 }, strength: 1e-6) : nil
    let derived = cases.compactMap { item -> ScoreEstimator.Example? in
      guard let features = item.features, Self.score(figure, of: item.record) == nil, let line, let brixia = item.record.brixia else {
        return nil
      }
      let extent = min(max(line.prediction(for: [brixia]), 0), 8)
      return ScoreEstimator.Example(patient: item.record.patient, features: features, score: extent, importance: 0.5, isRead: false)
    }
    let examples = Self.examples(figure, from: cases) + derived
    return ScoreEstimator.fitted(to: examples, range: figure.range)
  }

  /// Floors are tried in steps of the figure's range.
  private static func rule(_ figure: IntervalRule.Figure, from points: [Point]) -> IntervalRule? {
    let width = figure.range.upperBound - figure.range.lowerBound
    return IntervalRule.fitted(
      errors: points.map { abs($0.value - $0.truth) }, spreads: points.map(\.spread), groups: points.map(\.group),
      floors: [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32].map { $0 * width })
  }

  // MARK: How good it is

  /// For each value: agreement with readers, and the share of reader values inside the intervals. Estimators and rules are those of the other folds.
  public var sections: [Evaluation.Section] {
    let points = points
    return IntervalRule.Figure.allCases.compactMap { figure in
      guard let own = points[figure], own.count(where: \.isRead) >= 10 else { return nil }
      var inside: [Double] = []
      var widths: [Double] = []
      var clearWidths: [Double] = []
      var clearInside: [Double] = []
      for point in own {
        guard let rule = Self.rule(figure, from: own.filter { $0.fold != point.fold }) else { continue }
        let interval = rule.interval(around: point.value, spread: point.spread, within: figure.range)
        let width = interval.upperBound - interval.lowerBound
        if point.isRead { widths.append(width) } else { clearWidths.append(width) }
        if point.isRead {
          inside.append(interval.contains(point.truth) ? 1 : 0)
        } else {
          clearInside.append(interval.contains(point.truth) ? 1 : 0)
        }
      }
      let read = own.filter(\.isRead)
      let (values, truths) = (read.map(\.value), read.map(\.truth))
      func summary(_ name: String, _ count: Int, _ statistic: ([Int]) -> Double?) -> Evaluation.Figure {
        Evaluation.Figure(
          name: name, count: count, value: statistic(Array(0..<count)), interval: Statistics.bootstrapInterval(count: count, statistic))
      }
      return Evaluation.Section(
        title: figure.rawValue + (Self.estimates.contains(figure) ? " (by \(choice(for: figure).way.rawValue))" : ""),
        figures: [
          summary("Pearson", read.count) { drawn in Statistics.pearson(drawn.map { values[$0] }, drawn.map { truths[$0] }) },
          summary("mean absolute error", read.count) { drawn in
            Statistics.meanAbsoluteError(drawn.map { values[$0] }, drawn.map { truths[$0] })
          },
          summary("share inside the interval", inside.count) { drawn in Statistics.mean(drawn.map { inside[$0] }) },
          summary("mean width of the interval", widths.count) { drawn in Statistics.mean(drawn.map { widths[$0] }) },
          summary("clear films: share inside the interval", clearInside.count) { drawn in Statistics.mean(drawn.map { clearInside[$0] }) },
          summary("clear films: mean width of the interval", clearWidths.count) { drawn in Statistics.mean(drawn.map { clearWidths[$0] }) },
        ].filter { $0.count > 0 })
    }
  }

  /// The sections as aligned columns of text.
  public var table: String { Evaluation.table(of: thresholdSections + heldOut) }
}
