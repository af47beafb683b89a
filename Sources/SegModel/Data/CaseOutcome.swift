/// A clinical outcome that the table of a data folder may state.
public enum CaseOutcome: String, Sendable, CaseIterable {
  /// Admission to intensive care.
  case admission = "ICU admission"
  /// Intubation.
  case intubation
  /// Death.
  case death

  /// Returns whether the outcome occurred; nil if unknown.
  public func happened(to record: CaseRecord) -> Bool? {
    switch self {
    case .admission: record.wentToICU
    case .intubation: record.intubated
    case .death: record.survived.map { !$0 }
    }
  }
}
