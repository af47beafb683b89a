import Basics
import SegLang
import SegModel

/// What came of the cases of a table: how many have a result, and why the others have none.
package struct CohortCounts: Equatable {
  package let total: Int
  /// Rows with a percentage, or without an error where the table has no percentages.
  package private(set) var scored = 0
  /// Files that could not be read.
  package private(set) var unreadable = 0
  /// Cases that were read and failed later.
  package private(set) var failed = 0
  package private(set) var withoutLungs = 0
  /// Rows without a percentage for no known reason.
  package private(set) var withoutValue = 0
  private let areFiles: Bool
  private let areScores: Bool

  /// Nil for a table that is no cohort: neither percentages of severity nor failures.
  package init?(_ table: Table) {
    let grade = table.columns.first { $0 == "grade" || $0.hasSuffix(".grade") }
    let prefix = grade.map { $0.dropLast("grade".count) } ?? ""
    let percent = grade == nil ? nil : table.columns.firstIndex(of: prefix + "percent")
    let error = table.columns.firstIndex(of: "error")
    guard table.rowName == "case", grade != nil || error != nil else { return nil }
    let grades = grade.flatMap { table.columns.firstIndex(of: $0) }
    total = table.rows.count
    areFiles = table.unreadable != nil
    areScores = grade != nil
    for (index, row) in table.rows.enumerated() {
      if let error, row[error] != nil {
        if table.unreadable?.contains(index) == true { unreadable += 1 } else { failed += 1 }
      } else if !areScores || percent.flatMap({ row[$0] }) != nil {
        scored += 1
      } else if grades.flatMap({ row[$0] })?.oneLine == Severity.Grade.noLungs.rawValue {
        withoutLungs += 1
      } else {
        withoutValue += 1
      }
    }
  }

  /// "303 files: 294 scored, 7 unreadable, 2 without lungs"; "3 cases, all scored".
  package var text: String {
    let head = "\(NumberFormat.grouped(total)) \(areFiles ? "file" : "case")\(total == 1 ? "" : "s")"
    let done = areScores ? "scored" : "measured"
    if scored == total { return total == 0 ? head : "\(head): \(total == 1 ? done : "all \(done)")" }
    let rest = [
      (unreadable, "unreadable"), (failed, "failed"), (withoutLungs, "without lungs"), (withoutValue, "without a percentage"),
    ]
    return "\(head): "
      + ([(scored, done)] + rest.filter { $0.0 > 0 }).map { "\(NumberFormat.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
  }
}
