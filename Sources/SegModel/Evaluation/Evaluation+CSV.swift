import Basics
import ImageOps

extension Evaluation {
  /// Returns a CSV table (RFC 4180) with a row per case: what is known of it, what was drawn and scored, overlap, and every severity value with its
  /// interval.
  ///
  /// Unknown values are empty; outcomes are `Y` or `N`; numbers have at most six decimals.
  /// - Parameter hidesNames: Whether to replace file names by kind and number (`opacity/case1`) and patients by `patient1`, in case order.
  public func csv(hidesNames: Bool) -> String {
    var patients: [String: String] = [:]
    func standIn(_ patient: String) -> String {
      let known = patients[patient] ?? "patient\(patients.count + 1)"
      patients[patient] = known
      return known
    }
    let figures = (cases.first?.severity.figures ?? []).map(\.name)
    let header =
      ["id", "patient", "fold", "view", "finding", "sex", "age", "went_icu", "intubated", "died", "geographic_extent", "brixia"]
      + ["lungs_dice", "opacity_dice", "drawn_percent"]
      + figures.flatMap { name in [name, "\(name).low", "\(name).high"] } + ["doubt"]
    let rows = cases.enumerated().map { index, item -> [String] in
      let record = item.record
      return [
        CSVText.guarded(hidesNames ? "\(record.kind.rawValue)/case\(index + 1)" : record.id),
        CSVText.guarded(hidesNames ? standIn(record.patient) : record.patient), record.fold.map { "\($0)" } ?? "",
        CSVText.guarded(record.view),
        CSVText.guarded(record.finding), CSVText.guarded(record.sex), Self.field(record.age),
        Self.field(record.wentToICU), Self.field(record.intubated), Self.field(record.survived.map { !$0 }),
        Self.field(record.geographicExtent), Self.field(record.brixia), Self.field(item.lungs?.dice), Self.field(item.opacity?.dice),
        Self.field(item.drawnPercent),
      ]
        + item.severity.figures.flatMap { _, figure in
          [Self.field(figure?.value), Self.field(figure?.interval.lowerBound), Self.field(figure?.interval.upperBound)]
        } + [item.severity.doubt.map { "\($0.rawValue)" } ?? ""]
    }
    return ([header] + rows).map(CSVText.line).joined()
  }

  private static func field(_ answer: Bool?) -> String { answer.map { $0 ? "Y" : "N" } ?? "" }

  private static func field(_ number: Double?) -> String {
    guard let number, number.isFinite, abs(number) < 1e12 else { return "" }
    return "\((number * 1e6).rounded() / 1e6)"
  }
}
