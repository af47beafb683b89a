import ImageOps

/// What the models of a cross-validation say of cases that they had not seen, and what follows from it for a model that learned from all of them: how scores are
/// estimated, and how wide intervals are.
public struct Calibration: Sendable {
  /// One case as the model judged it that had not seen it.
  struct Case: Sendable {
    var record: CaseRecord
    var fold: Int
    var severity: Severity
    var features: SeverityFeatures?
    /// Zones as drawn; nil where opacity was not.
    var drawn: LungZones?
    /// Dice of the opacity at each of `opacityThresholds`; nil where it was not drawn.
    var dice: [Double]?
  }

  /// What is tried as the probability from which a pixel is opaque. Lower ones would agree still better with what was drawn where there is opacity, but X-rays
  /// like those that are learned from hardly ever have clear lungs, on which they would find some.
  static let opacityThresholds: [Float] = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6]

  let cases: [Case]
  /// The threshold with the best mean Dice, at which severity was taken; nil with fewer than ten drawn cases, where the models' own was.
  public let opacityThreshold: Float?

  init(cases: [Case], opacityThreshold: Float? = nil) { (self.cases, self.opacityThreshold) = (cases, opacityThreshold) }

  /// Has cases judged, one after the other.
  ///
  /// - Parameter segmenter: gives the fold that a case is held out in and the model that held it out; nil for a case that takes no part.
  /// - Throws: what reading throws; `CancellationError`.
  public init(
    of segmenter: (CaseRecord) -> (fold: Int, segmenter: Segmenter)?, on records: [CaseRecord], polling cancellation: Cancellation = .never,
    onCase: (Int) -> Void = { _ in }
  ) throws {
    var predicted: [Predicted] = []
    for (index, record) in records.enumerated() {
      try cancellation.check()
      if let (fold, segmenter) = segmenter(record), record.hasScores || record.opacityPath != nil {
        predicted.append(try Predicted(record, fold: fold, segmenter: segmenter, polling: cancellation))
      }
      onCase(index + 1)
    }
    opacityThreshold = Self.threshold(from: predicted.compactMap(\.dice))
    let threshold = opacityThreshold
    cases = try predicted.map { try $0.judged(at: threshold, polling: cancellation) }
  }

  /// The threshold with the best mean Dice; the higher of equal ones.
  /// - Returns: nil with fewer than ten cases.
  static func threshold(from dice: [[Double]]) -> Float? {
    guard dice.count >= 10 else { return nil }
    let means = opacityThresholds.indices.map { index in dice.reduce(0) { $0 + $1[index] } }
    return means.max().flatMap { best in means.lastIndex(of: best) }.map { opacityThresholds[$0] }
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

    init(_ record: CaseRecord, fold: Int, segmenter: Segmenter, polling cancellation: Cancellation) throws {
      let image = try record.image()
      (self.record, self.fold, self.segmenter, size, spacing) = (record, fold, segmenter, image.size, image.spacing)
      let input = try segmenter.model.normalisation.input(of: image, side: segmenter.model.side, polling: cancellation)
      frame = input.frame
      prediction = try segmenter.predict(input.pixels, polling: cancellation)
      guard record.fold == fold else { return }
      let truth = try record.truth(size: image.size, polling: cancellation)
      guard let lungs = truth.lungs, let opacity = truth.opacity else { return }
      drawn = try LungZones(lungs: lungs, opacity: opacity)
      dice = try Calibration.opacityThresholds.map { threshold in
        try Overlap(of: segmentation(at: threshold, polling: cancellation).opacity, against: opacity).dice
      }
    }

    func segmentation(at threshold: Float?, polling cancellation: Cancellation) throws -> Segmentation {
      var thresholds = segmenter.model.thresholds
      if let threshold { thresholds.opacity = threshold }
      return try segmenter.segmentation(
        from: prediction, frame: frame, size: size, spacing: spacing, thresholds: thresholds, polling: cancellation)
    }

    func judged(at threshold: Float?, polling cancellation: Cancellation) throws -> Case {
      let severity = try Severity(segmentation(at: threshold, polling: cancellation), polling: cancellation)
      return Case(
        record: record, fold: fold, severity: severity,
        features: severity.workingAreas.flatMap { SeverityFeatures(prediction, zones: $0) }, drawn: drawn, dice: dice)
    }
  }

  // MARK: What follows

  /// Gives a model the threshold, the estimators and the rules that all cases together make.
  public func apply(to model: inout SegmentationModel) {
    if let opacityThreshold { model.thresholds.opacity = opacityThreshold }
    model.extentEstimator = best(.extentEstimate)
    model.brixiaEstimator = best(.brixiaEstimate)
    let points = points
    var rules: [IntervalRule.Figure: IntervalRule] = [:]
    for figure in IntervalRule.Figure.allCases { rules[figure] = Self.rule(figure, from: points[figure] ?? []) }
    model.intervalRules = IntervalRules(rules: rules)
  }

  /// A figure, how unsure the network is of it, and what readers say.
  struct Point: Sendable {
    var fold: Int
    /// Whether the case is known to be free of opacity.
    var isClear: Bool
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
        Point(fold: item.fold, isClear: item.record.isKnownToBeClear, value: found.value, spread: spread, truth: truth))
    }
    for item in cases {
      func percent(_ zone: (LungZones) -> LungZones.Zone) -> Double? {
        item.record.kind == .clear ? 0 : item.drawn.flatMap { zone($0).share.map { 100 * $0 } }
      }
      add(.percent, item, item.severity.percent, percent(\.both))
      add(.lung, item, item.severity.rightPercent, percent(\.right))
      add(.lung, item, item.severity.leftPercent, percent(\.left))
      for (index, zone) in CaseRecord.Zone.allCases.enumerated() {
        add(.zone, item, item.severity.zones[zone], percent { $0.zones[index] })
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
      let error = points.reduce(0) { $0 + ($1.value - $1.truth) * ($1.value - $1.truth) }
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
            fold: fold, isClear: item.record.isKnownToBeClear, value: estimator.estimate(features),
            spread: 0, truth: truth))
      }
    }
    return points
  }

  private static func told(_ figure: IntervalRule.Figure) -> ScoreEstimator { .told(figure == .extentEstimate ? .extent : .brixia) }

  private static func score(_ figure: IntervalRule.Figure, of record: CaseRecord) -> Double? {
    figure == .extentEstimate ? record.geographicExtent : figure == .brixiaEstimate ? record.brixia : nil
  }

  private func estimator(_ figure: IntervalRule.Figure, by way: Way, from cases: [Case]) -> ScoreEstimator? {
    switch way {
    case .told: Self.told(figure)
    case .share: line(figure, from: cases)
    case .mean: line(figure, from: cases).map { ScoreEstimator.mean($0, Self.told(figure)) }
    case .zones: ridge(figure, from: cases)
    }
  }

  private func line(_ figure: IntervalRule.Figure, from cases: [Case]) -> ScoreEstimator? {
    let examples = cases.compactMap { item -> ScoreEstimator.Example? in
      guard let features = item.features, let score = Self.score(figure, of: item.record) else { return nil }
      return ScoreEstimator.Example(patient: item.record.patient, features: features, score: score)
    }
    return ScoreEstimator.line(through: examples, range: figure.range)
  }

  /// Cases whose extent is unknown but whose Brixia score is known take part in the extent with what the line through the cases that have both says, at half
  /// weight, and have no part in the choice of penalties.
  private func ridge(_ figure: IntervalRule.Figure, from cases: [Case]) -> ScoreEstimator? {
    let records = cases.map(\.record)
    let both = records.filter { $0.geographicExtent != nil && $0.brixia != nil }
    let line =
      figure == .extentEstimate
      ? RidgeRegression(rows: both.map { [$0.brixia ?? 0] }, targets: both.map { $0.geographicExtent ?? 0 }, strength: 1e-6) : nil
    let examples = cases.compactMap { item -> ScoreEstimator.Example? in
      guard let features = item.features else { return nil }
      if let score = Self.score(figure, of: item.record) {
        return ScoreEstimator.Example(patient: item.record.patient, features: features, score: score)
      }
      guard let line, let brixia = item.record.brixia else { return nil }
      let extent = min(max(line.prediction(for: [brixia]), 0), 8)
      return ScoreEstimator.Example(patient: item.record.patient, features: features, score: extent, importance: 0.5, isRead: false)
    }
    return ScoreEstimator.fitted(to: examples, range: figure.range)
  }

  /// Floors are tried in steps of the figure's range. Clear cases, of which there may be many, and the others are held apart.
  private static func rule(_ figure: IntervalRule.Figure, from points: [Point]) -> IntervalRule? {
    let width = figure.range.upperBound - figure.range.lowerBound
    return IntervalRule.fitted(
      errors: points.map { abs($0.value - $0.truth) }, spreads: points.map(\.spread), groups: points.map(\.isClear),
      floors: [0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32].map { $0 * width })
  }

  // MARK: How good it is

  /// For each figure: agreement with readers, and how many of the readers' figures the intervals hold. Estimators and rules are those of the other folds.
  public var sections: [Evaluation.Section] {
    let points = points
    return IntervalRule.Figure.allCases.compactMap { figure in
      guard let own = points[figure], own.count >= 10 else { return nil }
      var inside: [Double] = []
      var widths: [Double] = []
      for point in own {
        guard let rule = Self.rule(figure, from: own.filter { $0.fold != point.fold }) else { continue }
        let interval = rule.interval(around: point.value, spread: point.spread, within: figure.range)
        inside.append(interval.contains(point.truth) ? 1 : 0)
        widths.append(interval.upperBound - interval.lowerBound)
      }
      let (values, truths) = (own.map(\.value), own.map(\.truth))
      func summary(_ name: String, _ count: Int, _ statistic: ([Int]) -> Double?) -> Evaluation.Figure {
        Evaluation.Figure(
          name: name, count: count, value: statistic(Array(0..<count)), interval: Statistics.bootstrapInterval(count: count, statistic))
      }
      return Evaluation.Section(
        title: figure.rawValue + (Self.estimates.contains(figure) ? " (by \(choice(for: figure).way.rawValue))" : ""),
        figures: [
          summary("Pearson", own.count) { drawn in Statistics.pearson(drawn.map { values[$0] }, drawn.map { truths[$0] }) },
          summary("mean absolute error", own.count) { drawn in
            Statistics.meanAbsoluteError(drawn.map { values[$0] }, drawn.map { truths[$0] })
          },
          summary("share inside the interval", inside.count) { drawn in Statistics.mean(drawn.map { inside[$0] }) },
          summary("mean width of the interval", widths.count) { drawn in Statistics.mean(drawn.map { widths[$0] }) },
        ])
    }
  }

  /// Dice of the opacity at every threshold, and at the one that the cases of the other folds choose.
  var overlap: Evaluation.Section? {
    let drawn = cases.compactMap { item in item.dice.map { (fold: item.fold, dice: $0) } }
    guard drawn.count >= 10 else { return nil }
    func figure(_ name: String, _ dice: [Double], _ statistic: ([Double]) -> Double?) -> Evaluation.Figure {
      func value(_ drawn: [Int]) -> Double? { statistic(drawn.map { dice[$0] }) }
      return Evaluation.Figure(
        name: name, count: dice.count, value: value(Array(dice.indices)),
        interval: Statistics.bootstrapInterval(count: dice.count, value))
    }
    var figures = Self.opacityThresholds.enumerated().map { index, threshold in
      figure("mean at \(threshold)", drawn.map { $0.dice[index] }, Statistics.mean)
    }
    let chosen = drawn.compactMap { item -> Double? in
      let threshold = Self.threshold(from: drawn.filter { $0.fold != item.fold }.map(\.dice))
      return threshold.flatMap { Self.opacityThresholds.firstIndex(of: $0) }.map { item.dice[$0] }
    }
    if chosen.count == drawn.count {
      figures.append(figure("mean, chosen by the other folds", chosen, Statistics.mean))
      figures.append(figure("median, chosen by the other folds", chosen, Statistics.median))
    }
    return Evaluation.Section(title: "opacity Dice by threshold", figures: figures)
  }

  /// The sections as aligned columns.
  public var table: String { Evaluation.table(of: [overlap].compactMap { $0 } + sections) }
}
