import Basics
import ImageOps

extension CaseRecord {
  /// Whether a label says pneumonia and nobody drew or scored it: a film to hold against clear ones of the same hospital.
  var isLabeledPneumonia: Bool { kind == .unlabeled && (hasBoxes || finding.lowercased().contains("pneumonia")) }
}

/// How good the models of the cross-validation are on what each had not seen.
extension Calibration {
  /// The held-out evaluation that a calibrated model states: overlap, agreement with readers, and films without masks.
  public var heldOut: [Evaluation.Section] { [overlap, films].compactMap { $0 } + sections }

  /// At every threshold: mean Dice coefficient of the drawn opacity, and share of films that are called at most 3 % opaque; small ones are left out.
  var thresholdSections: [Evaluation.Section] {
    let dice = cases.compactMap(\.dice)
    func percents(_ isWanted: (CaseRecord) -> Bool) -> [[Double]] {
      cases.filter { isWanted($0.record) && !$0.isSmall }.compactMap(\.percents)
    }
    let (clear, boxed) = (percents { $0.kind == .clear }, percents { $0.hasBoxes && $0.kind != .clear })
    let figures = Self.opacityThresholds.indices.flatMap { index -> [Evaluation.Figure] in
      let threshold = Self.opacityThresholds[index]
      let name = "called at most \(Self.clearPercent) %, at \(threshold)"
      return [
        Self.figure("opacity Dice, mean, at \(threshold)", dice.map { $0[index] }, Statistics.mean),
        Self.figure("clear films \(name)", clear.map { $0[index] }, Self.shareCalledClear),
        Self.figure("pneumonias with boxes \(name)", boxed.map { $0[index] }, Self.shareCalledClear),
      ]
    }
    return dice.count < 10 ? [] : [Evaluation.Section(title: "By threshold", figures: figures.filter { $0.count > 0 })]
  }

  /// A percentage that counts as clear.
  static let clearPercent = 3

  static func shareCalledClear(_ percents: [Double]) -> Double? {
    Statistics.mean(percents.map { $0 <= Double(clearPercent) ? 1 : 0 })
  }

  private static func figure(_ name: String, _ values: [Double], _ statistic: ([Double]) -> Double?) -> Evaluation.Figure {
    func value(_ drawn: [Int]) -> Double? { statistic(drawn.map { values[$0] }) }
    return Evaluation.Figure(
      name: name, count: values.count, value: value(Array(values.indices)),
      interval: Statistics.bootstrapInterval(count: values.count, value))
  }

  /// Dice coefficients, those of opacity at the threshold that the cases of the other folds choose; nil with fewer than ten drawn cases.
  var overlap: Evaluation.Section? {
    let drawn = cases.filter { $0.dice != nil }
    guard drawn.count >= 10 else { return nil }
    let lungs = drawn.compactMap(\.lungsDice)
    var figures = [Self.figure("lungs Dice, mean", lungs, Statistics.mean), Self.figure("lungs Dice, median", lungs, Statistics.median)]
      .filter { $0.count > 0 }
    let chosen = drawn.compactMap { item -> Double? in
      let threshold = Self.threshold(from: cases.filter { $0.fold != item.fold })
      return threshold.flatMap { Self.opacityThresholds.firstIndex(of: $0) }.flatMap { item.dice?[$0] }
    }
    if chosen.count == drawn.count {
      figures.append(Self.figure("opacity Dice, mean", chosen, Statistics.mean))
      figures.append(Self.figure("opacity Dice, median", chosen, Statistics.median))
    }
    return Evaluation.Section(title: "Overlap with reference masks (threshold from the other folds)", figures: figures)
  }

  /// Films without masks: clear ones, and pneumonias of the same sources, view by view; nil without clear films. Values are those at the final threshold.
  private var films: Evaluation.Section? {
    struct Film {
      let record: CaseRecord
      let isSmall: Bool
      let percent: Double
      let brixia: Double
    }
    let way = choice(for: .brixiaEstimate).way
    var films: [Film] = []
    for fold in Set(cases.map(\.fold)).sorted() {
      let estimator = estimator(.brixiaEstimate, by: way, from: cases.filter { $0.fold != fold })
      for item in cases where item.fold == fold && (item.record.kind == .clear || item.record.isLabeledPneumonia) {
        guard let percent = item.severity.percent?.value, let features = item.features else { continue }
        films.append(
          Film(record: item.record, isSmall: item.isSmall, percent: percent, brixia: estimator?.estimate(features) ?? 0))
      }
    }
    guard films.contains(where: { $0.record.kind == .clear }) else { return nil }
    func separation(_ name: String, _ ill: [Film], _ clear: [Film], _ score: (Film) -> Double) -> Evaluation.Figure {
      let all = ill + clear
      let curve = ROCCurve(scores: all.map(score), isPositive: all.indices.map { $0 < ill.count })
      return Evaluation.Figure(name: name, count: all.count, value: curve?.area, interval: curve?.interval)
    }
    var figures: [Evaluation.Figure] = []
    for view in Set(films.map(\.record.view)).sorted() {
      for isSmall in [false, true] {
        let own = films.filter { $0.record.view == view && $0.isSmall == isSmall }
        let name = (view.isEmpty ? "view unknown" : view) + (isSmall ? ", small" : "")
        let clear = own.filter { $0.record.kind == .clear }
        let ill = own.filter { $0.record.kind != .clear }
        let boxed = ill.filter(\.record.hasBoxes)
        let percents = clear.map(\.percent)
        figures += [
          Self.figure("clear (\(name)): percent, median", percents, Statistics.median),
          Self.figure("clear (\(name)): called at most \(Self.clearPercent) %", percents, Self.shareCalledClear),
          Self.figure("clear (\(name)): brixia_estimate, median", clear.map(\.brixia), Statistics.median),
          Self.figure("pneumonia with boxes (\(name)): called at most \(Self.clearPercent) %", boxed.map(\.percent), Self.shareCalledClear),
          separation("pneumonia with boxes, clear (\(name)): AUC by percent", boxed, clear, \.percent),
          separation("pneumonia with boxes, clear (\(name)): AUC by brixia_estimate", boxed, clear, \.brixia),
          separation("labeled pneumonia, clear (\(name)): AUC by percent", ill, clear, \.percent),
          separation("labeled pneumonia, clear (\(name)): AUC by brixia_estimate", ill, clear, \.brixia),
        ]
      }
    }
    return Evaluation.Section(title: "Films without masks", figures: figures.filter { $0.count > 0 && $0.value != nil })
  }
}
