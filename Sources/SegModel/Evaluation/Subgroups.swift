/// What cases may be parted by, so that figures of one kind of patient or image do not hide in the mean.
public enum CaseAttribute: String, Sendable, CaseIterable {
  case set, fold, view, sex, age, finding

  /// The group of a case; `unknown` where the table does not tell.
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
  /// The figures that matter most, for each group by itself, in alphabetical order.
  public func sections(by attribute: CaseAttribute) -> [Section] {
    let groups = Dictionary(grouping: cases) { attribute.group(of: $0.record) }
    return groups.keys.sorted().compactMap { group in
      guard let cases = groups[group] else { return nil }
      let figures = Evaluation(cases: cases).mainFigures
      return figures.isEmpty
        ? nil : Section(title: "\(attribute.rawValue) \(group): \(cases.count) case\(cases.count == 1 ? "" : "s")", figures: figures)
    }
  }

  /// `sections(by:)` as aligned columns.
  public func table(by attribute: CaseAttribute) -> String { Self.table(of: sections(by: attribute)) }
}
