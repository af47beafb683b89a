import Plotting

extension Evaluation {
  /// The curves behind the tables, each with a name that suits a file: ROC curves of outcomes, calibration and Bland-Altman plots of reader scores.
  /// Curves with too few cases are left out.
  public var curves: [(name: String, figure: Plotting.Figure)] {
    var figures: [(name: String, figure: Plotting.Figure)] = []
    for outcome in ClinicalOutcome.Outcome.allCases {
      let points = cases.compactMap { item in
        item.severity.percent.flatMap { figure in
          outcome.happened(to: item.record).map { (score: figure.value, happened: $0, patient: item.record.patient) }
        }
      }
      let curve = ROCCurve(scores: points.map(\.score), isPositive: points.map(\.happened), groups: points.map(\.patient))
      if points.count >= 10, let curve {
        let name = outcome.rawValue.lowercased().replacing(" ", with: "-")
        figures.append(("roc-\(name)", curve.figure(score: "percent", outcome: outcome.rawValue)))
      }
    }
    let scores: [(IntervalRule.Figure, truth: String, (Severity) -> Severity.Figure?, (CaseEvaluation) -> Double?)] = [
      (.percent, "drawn percent", \.percent, \.drawnPercent),
      (.extentEstimate, "geographic extent", \.extentEstimate, \.record.geographicExtent),
      (.brixiaEstimate, "Brixia score", \.brixiaEstimate, \.record.brixia),
    ]
    for (kind, truth, estimate, found) in scores {
      let name = kind.rawValue
      let points = cases.compactMap { item in estimate(item.severity).flatMap { figure in found(item).map { (figure.value, $0) } } }
      let (estimates, truths) = (points.map(\.0), points.map(\.1))
      if let agreement = BlandAltman(estimates: estimates, truths: truths) {
        figures.append(("bland-altman-\(name)", agreement.figure(estimate: name, truth: truth)))
      }
      if let curve = CalibrationCurve(estimates: estimates, truths: truths, range: kind.range) {
        figures.append(("calibration-\(name)", curve.figure(estimate: name, truth: truth)))
      }
    }
    return figures
  }
}
