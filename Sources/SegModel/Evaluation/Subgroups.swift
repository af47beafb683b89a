/// An attribute that divides cases into groups, so that a subgroup's results are not hidden by the mean.
public enum CaseAttribute: String, Sendable, CaseIterable {
  /// The kind of reference (see ``CaseRecord/Kind``), fold, view, sex, age group (below 50, 50 to 69, 70 and above) or finding.
  case set, fold, view, sex, age, finding

  /// Returns the group of a case; `unknown` if the table does not state it, `none` for a case without a fold.
  public func group(of record: CaseRecord) -> String {
    func told(_ text: String) -> String { text.isEmpty ? "unknown" : text }
    switch self {
    case .set: return record.kind.rawValue
    case .fold: return record.fold.map { "\($0)" } ?? "none"
    case .view: return told(record.view)
    case .sex: return told(record.sex)
    case .finding: return told(record.finding)
    case .age:
      guard let age = record.age, age.isFinite else { return "unknown" }
      return age < 50 ? "below 50" : age < 70 ? "50 to 69" : "70 and above"
    }
  }
}

extension Evaluation {
  /// Returns the main values for each group, in alphabetical order.
  public func sections(by attribute: CaseAttribute) -> [Section] {
    let groups = Dictionary(grouping: cases) { attribute.group(of: $0.record) }
    return groups.keys.sorted().compactMap { group in
      guard let cases = groups[group] else { return nil }
      let figures = Evaluation(cases: cases).mainFigures
      return figures.isEmpty
        ? nil : Section(title: "\(attribute.rawValue) \(group): \(cases.count) case\(cases.count == 1 ? "" : "s")", figures: figures)
    }
  }

  /// Formats `sections(by:)` as aligned columns of text.
  public func table(by attribute: CaseAttribute) -> String { Self.table(of: sections(by: attribute)) }
}
