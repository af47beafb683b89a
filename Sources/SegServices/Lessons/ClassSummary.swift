import Basics
import SegValues

/// How a class did in a lesson: one page for the teacher, and one table.
public struct ClassSummary: Sendable {
  private let lesson: Lesson
  private let grades: [TranscriptGrade]

  /// - Parameter grades: One for each transcript, in the order in which they are listed.
  public init(_ grades: [TranscriptGrade], of lesson: Lesson) { (self.grades, self.lesson) = (grades, lesson) }

  private var checkpoints: [Int] { lesson.steps.indices.filter { lesson.steps[$0].checkpoint != nil } }
  /// Transcripts that were run to their end.
  private var complete: [TranscriptGrade] { grades.filter { $0.problem == nil } }

  private static func name(of step: Int) -> String { "\(step + 1)" }

  /// "12 transcripts: 9 solved every checkpoint, 2 got stuck, 1 could not be graded"
  public var oneLine: String {
    let (done, stuck) = (complete.count { $0.solved == checkpoints.count }, complete.count { $0.stuckAt != nil })
    let parts = [
      (done, "solved every checkpoint"), (stuck, "got stuck"), (complete.count - done - stuck, "did not take every step"),
      (grades.count - complete.count, "could not be graded"),
    ]
    return "\(grades.count) transcript\(grades.count == 1 ? "" : "s"): "
      + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  // MARK: The table

  /// One row for each student and checkpoint, with the columns student, step, headline, outcome, tries, hints, errors, feedback, line and problem.
  ///
  /// Tries and hints are empty for saved scripts, which do not hold them.
  public var csv: String {
    let head = ["student", "step", "headline", "outcome", "tries", "hints", "errors", "feedback", "line", "problem"]
    let rows = grades.flatMap { grade in
      checkpoints.map { index in
        let step = grade.steps[index]
        func count(_ number: Int) -> String { grade.countsTries ? "\(number)" : "" }
        return [
          grade.name, Self.name(of: index), lesson.steps[index].headline, step.outcome.rawValue, count(step.tries), count(step.hints),
          "\(step.errors)", step.feedback ?? "", step.line.map { "\($0)" } ?? "", grade.problem ?? "",
        ]
      }
    }
    return ([head] + rows).map { CSVText.line($0.map(CSVText.guarded)) }.joined()
  }

  // MARK: The page

  public var html: String { page.html }

  package var page: ReportPage {
    var page = ReportPage(title: "Class summary: \(lesson.title)")
    page.subtitle = oneLine
    page.sections = [
      .section("steps", "Steps", Self.table(steps: stepRows)),
      .section("students", "Students", students),
      .section("stuck", "Where students got stuck", stuck),
      .section("problems", "Transcripts that could not be graded", problems),
    ]
    return page
  }

  private static func table(steps rows: [[String]]) -> ReportPart {
    .table(
      "Every checkpoint of the lesson",
      columns: [
        ("step", false), ("solved", true), ("skipped", true), ("stuck here", true), ("median tries", true), ("hints", true),
        ("errors", true),
      ], rows: rows)
      + .paragraph(
        "Tries and hints are those of copies of the terminal; saved scripts do not hold them, and do not show skips.", class: "note")
  }

  private var stepRows: [[String]] {
    checkpoints.map { index in
      let steps = complete.map { $0.steps[index] }
      let counted = complete.filter(\.countsTries).map { $0.steps[index] }
      let tries = counted.filter { $0.tries > 0 }.map { Double($0.tries) }
      return [
        "\(index + 1). \(lesson.steps[index].headline)",
        "\(steps.count { $0.outcome == .solved }) of \(steps.count)", "\(counted.count { $0.outcome == .skipped })",
        "\(complete.count { $0.stuckAt == index })", Statistics.median(tries).map { NumberFormat.short($0, 1) } ?? "",
        counted.isEmpty ? "" : "\(counted.reduce(0) { $0 + $1.hints })", "\(steps.reduce(0) { $0 + $1.errors })",
      ]
    }
  }

  private var students: ReportPart {
    let columns = [("student", false)] + checkpoints.map { ("step \(Self.name(of: $0))", false) } + [("solved", true)]
    let rows = complete.map { grade in
      [grade.name] + checkpoints.map { Self.words(grade.steps[$0], countsTries: grade.countsTries) } + [
        "\(grade.solved) of \(checkpoints.count)"
      ]
    }
    return rows.isEmpty ? .paragraph("None.") : .table("Every student", columns: columns, rows: rows)
  }

  private static func words(_ step: TranscriptGrade.Step, countsTries: Bool) -> String {
    let tries = countsTries && step.tries > 0 ? ", \(step.tries) tr\(step.tries == 1 ? "y" : "ies")" : ""
    switch step.outcome {
    case .solved: return "solved" + tries
    case .skipped: return "skipped" + tries
    case .open: return step.tries + step.errors > 0 ? "not solved" + tries : "not tried"
    case .notTaken: return "not taken"
    case .text: return ""
    }
  }

  private var stuck: ReportPart {
    let rows = complete.compactMap { grade -> [String]? in
      guard let index = grade.stuckAt else { return nil }
      let step = grade.steps[index]
      return [
        grade.name, "\(index + 1). \(lesson.steps[index].headline)", Self.words(step, countsTries: grade.countsTries), step.feedback ?? "",
        step.line.map { "\($0)" } ?? "",
      ]
    }
    guard !rows.isEmpty else { return .paragraph(complete.isEmpty ? "None." : "Nobody: every checkpoint is solved.") }
    return .table(
      "The first checkpoint that is not solved, with the last feedback or error",
      columns: [("student", false), ("step", false), ("outcome", false), ("last feedback", false), ("line", true)], rows: rows)
  }

  private var problems: ReportPart {
    let rows = grades.compactMap { grade in grade.problem.map { [grade.name, $0] } }
    return rows.isEmpty
      ? .paragraph("None.") : .table("Not counted above", columns: [("transcript", false), ("problem", false)], rows: rows)
  }
}
