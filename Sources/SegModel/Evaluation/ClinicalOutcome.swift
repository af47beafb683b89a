import Basics

/// How well severity predicts the clinical outcome: areas under the ROC curve, and the calibration of the predicted risks.
///
/// X-rays of one patient are correlated, so intervals resample patients, and each risk is predicted by a curve that was fitted to other patients.
public struct ClinicalOutcome: Sendable {
  /// What happened to a patient.
  public typealias Outcome = CaseOutcome

  /// A value and an outcome of one patient.
  struct Point: Sendable, Equatable {
    var patient: String
    var figure: Double
    var happened: Bool
  }

  private static let figures: [(name: String, of: @Sendable (Severity) -> Severity.Figure?)] = [
    ("percent", { $0.percent }), ("extent", { $0.extent }), ("extent_estimate", { $0.extentEstimate }),
    ("brixia_estimate", { $0.brixiaEstimate }),
  ]
  /// Values whose predicted risks are evaluated.
  private static let foretelling: Set<String> = ["percent", "extent_estimate", "brixia_estimate"]

  /// The evaluated cases.
  public let cases: [CaseEvaluation]

  /// Evaluates how severity predicts the outcomes of these cases.
  public init(cases: [CaseEvaluation]) { self.cases = cases }

  private func points(_ outcome: Outcome, _ figure: (Severity) -> Severity.Figure?) -> [Point] {
    cases.compactMap { item in
      guard let happened = outcome.happened(to: item.record), let figure = figure(item.severity) else { return nil }
      return Point(patient: item.record.patient, figure: figure.value, happened: happened)
    }
  }

  /// Areas under the ROC curve, one for each outcome and value.
  public var areas: Evaluation.Section {
    var figures: [Evaluation.Figure] = []
    for outcome in Outcome.allCases {
      for (name, figure) in Self.figures {
        let points = points(outcome, figure)
        let area = Self.figure("\(outcome.rawValue) from \(name)", points) { drawn in
          Statistics.areaUnderROC(drawn.map { points[$0].figure }, isPositive: drawn.map { points[$0].happened })
        }
        if area.value != nil { figures.append(area) }
      }
    }
    return Evaluation.Section(title: "Area under the ROC curve for clinical outcomes", figures: figures)
  }

  /// For each outcome and value: the observed rate in each quarter of predicted risk, and the Brier scores of the risks and of the base rate.
  public var calibration: [Evaluation.Section] {
    Outcome.allCases.flatMap { outcome in
      Self.figures.filter { Self.foretelling.contains($0.name) }.compactMap { name, figure in
        Self.calibration(points(outcome, figure), title: "\(outcome.rawValue) predicted from \(name): observed rate")
      }
    }
  }

  /// - Returns: nil with fewer than forty cases, or when risks cannot be fitted.
  static func calibration(_ points: [Point], title: String) -> Evaluation.Section? {
    guard points.count >= 40, let risks = foretold(points) else { return nil }
    let order = points.indices.sorted { (risks[$0], $0) < (risks[$1], $1) }
    var figures: [Evaluation.Figure] = []
    for (quarter, name) in ["lowest quarter", "second quarter", "third quarter", "highest quarter"].enumerated() {
      let members = order[(quarter * order.count / 4)..<((quarter + 1) * order.count / 4)].map { $0 }
      let mean = Statistics.mean(members.map { risks[$0] }) ?? 0
      figures.append(
        Self.figure("\(name), predicted \(NumberFormat.tabulated(mean))", members.map { points[$0] }) { drawn in
          Statistics.mean(drawn.map { points[members[$0]].happened ? 1 : 0 })
        })
    }
    func brier(_ risk: @escaping (Int) -> Double) -> ([Int]) -> Double? {
      { drawn in
        Statistics.mean(
          drawn.map { index in
            let error = risk(index) - (points[index].happened ? 1 : 0)
            return error * error
          })
      }
    }
    let share = Statistics.mean(points.map { $0.happened ? 1 : 0 }) ?? 0
    figures.append(figure("Brier score", points, brier { risks[$0] }))
    figures.append(figure("Brier score of the base rate", points, brier { _ in share }))
    return Evaluation.Section(title: title, figures: figures)
  }

  /// Each case's risk by a curve that was fitted to the other four fifths of the patients; nil when one of the curves cannot be.
  static func foretold(_ points: [Point]) -> [Double]? {
    let parts = points.map { Int((Dataset.digest(of: $0.patient) >> 32) % 5) }
    var risks = [Double](repeating: 0, count: points.count)
    for part in Set(parts) {
      let others = points.indices.filter { parts[$0] != part }
      guard let curve = LogisticRegression(figures: others.map { points[$0].figure }, outcomes: others.map { points[$0].happened })
      else { return nil }
      for index in points.indices where parts[index] == part { risks[index] = curve.risk(at: points[index].figure) }
    }
    return risks
  }

  /// A figure over cases whose interval comes from drawing patients.
  private static func figure(_ name: String, _ points: [Point], _ statistic: ([Int]) -> Double?) -> Evaluation.Figure {
    let casesOfPatient = Dictionary(grouping: points.indices) { points[$0].patient }
    let patients = casesOfPatient.keys.sorted().compactMap { casesOfPatient[$0] }
    let interval = Statistics.bootstrapInterval(count: patients.count) { drawn in statistic(drawn.flatMap { patients[$0] }) }
    return Evaluation.Figure(name: name, count: points.count, value: statistic(Array(points.indices)), interval: interval)
  }

  /// All sections as aligned columns of text.
  public var table: String { Evaluation.table(of: [areas].filter { !$0.figures.isEmpty } + calibration) }
}
