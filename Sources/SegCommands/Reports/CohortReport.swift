import Plotting
import SegLang
import SegModel

/// A table of severities as a page: distribution, the most severe, the least certain, failures.
struct CohortReport {
  let page: ReportPage
  /// Rows of each list.
  private static let count = 10

  private struct Row {
    let name: String
    /// What the table calls it: its file, where it came from one.
    let label: String
    let percent: Double?
    let interval: (low: Double, high: Double)?
    let grade: String
    /// Why its figures are missing or not to be trusted.
    let fault: String?
    var width: Double { interval.map { $0.high - $0.low } ?? 0 }
  }

  /// - Throws: `CommandProblem.cannotReport` for a table without percentages.
  init(_ table: Table, title: String?, showsNames: Bool, _ context: Context) throws {
    guard let column = table.columns.first(where: { $0 == "percent" || $0.hasSuffix(".percent") }) else {
      throw CommandProblem.cannotReport("Table without a column percent")
    }
    let prefix = column.dropLast("percent".count)
    func cells(_ name: String) -> [(any Value)?] { (try? table.cells(in: name)) ?? table.rows.map { _ in nil } }
    let (percents, intervals) = (try table.numbers(in: column), cells(prefix + "intervals.percent"))
    let (grades, doubts, errors) = (cells(prefix + "grade"), cells(prefix + "doubt"), cells("error"))
    let labels = cells(table.columns.first { ["case", "file", "name"].contains($0) } ?? "")
    let rows = table.rows.indices.map { index -> Row in
      let pair = (intervals[index] as? List)?.items.compactMap { $0 as? Double } ?? []
      let label = labels[index]?.oneLine ?? ""
      let failure = errors[index].map { showsNames ? $0.oneLine : Self.nameless($0.oneLine, label) }
      let doubt = (doubts[index] as? String).flatMap { PictureCheck.Doubt(rawValue: $0) }.map { "looks \($0.wording)" }
      return Row(
        name: showsNames ? labels[index]?.oneLine ?? "row \(index + 1)" : "case \(index + 1)", label: label, percent: percents[index],
        interval: pair.count == 2 ? (pair[0], pair[1]) : nil, grade: grades[index]?.oneLine ?? "",
        fault: failure ?? doubt ?? (percents[index] == nil ? "no percentage" : nil))
    }
    let found = rows.filter { $0.percent != nil }
    let numbers = found.compactMap(\.percent)
    var page = ReportPage(title: title ?? "Severity of opacity in a cohort")
    page.subtitle =
      "\(NumberFormat.grouped(rows.count)) \(table.rowName)\(rows.count == 1 ? "" : "s")"
      + (showsNames ? "" : ", called by their number in the table")
    let pictures = CohortPictures(context)
    let severe = Array(found.sorted { ($0.percent ?? 0) > ($1.percent ?? 0) }.prefix(Self.count))
    let uncertain = Array(found.filter { $0.width > 0 }.sorted { $0.width > $1.width }.prefix(Self.count))
    page.sections = [
      ReportPage.section("distribution", "Distribution", try Self.distribution(numbers, rows, grades: found.map(\.grade))),
      ReportPage.section(
        "severe", "Most severe",
        try Self.gallery(severe, pictures) + Self.list("The \(severe.count) with the largest percentage", severe)),
      ReportPage.section(
        "uncertain", "Least certain",
        uncertain.isEmpty
          ? HTML.element("p", "No row has an interval.")
          : try Self.gallery(uncertain, pictures) + Self.list("The \(uncertain.count) with the widest interval", uncertain)),
      ReportPage.section("failures", "Failures and doubts", Self.failures(rows)),
      ReportPage.section("recipe", "Recipe", CaseReport.recipe(context, showsNames)),
    ]
    self.page = page
  }

  private static func distribution(_ numbers: [Double], _ rows: [Row], grades: [String]) throws -> String {
    func text(_ value: Double?) -> String { value.map { NumberFormat.fixed($0, 1) + " %" } ?? "-" }
    let figures: [(String, String)] = [
      ("cases with a percentage", "\(numbers.count) of \(rows.count)"), ("mean", text(Statistics.mean(numbers))),
      ("median", text(Statistics.median(numbers))),
      ("middle half", "\(text(Statistics.quantile(numbers, 0.25))) to \(text(Statistics.quantile(numbers, 0.75)))"),
      ("least and greatest", "\(text(numbers.min())) to \(text(numbers.max()))"),
    ]
    let known = Severity.Grade.allCases.compactMap { grade in
      let count = grades.count(where: { $0 == grade.rawValue })
      return count > 0 ? ["\(grade.rawValue)", "\(count)"] : nil
    }
    var html = "<div class=\"drawings\">"
    let edges = (0...20).map { Double($0) * 5 }
    if let bins = NumberBins(numbers, edges: edges) {
      let figure = Figure(
        x: Axis("opaque share", unit: "%", limits: 0...100), y: Axis("cases"),
        marks: [Mark(.histogram(edges: bins.edges, values: bins.counts.map(Double.init)))]
          + (Statistics.median(numbers).map { [Mark(.rule(.vertical($0)), label: "median \(PlotNumber.short($0))", tone: .series(1))] }
            ?? []))
      html += "<div class=\"drawing\">\(try figure.svg())</div>"
    }
    html += "<div>" + HTML.table("Opaque share of the lungs", columns: [("", false), ("", true)], rows: figures.map { [$0.0, $0.1] })
    if !known.isEmpty { html += HTML.table("Grades", columns: [("grade", false), ("cases", true)], rows: known) }
    return html + "</div></div>"
  }

  private static func list(_ caption: String, _ rows: [Row]) -> String {
    HTML.table(
      caption, columns: [("case", false), ("percent", true), ("interval", true), ("grade", false), ("doubt", false)],
      rows: rows.map { row in
        [
          row.name, row.percent.map { NumberFormat.percentage($0) } ?? "-",
          row.interval.map { "\(NumberFormat.percentage($0.low)) to \(NumberFormat.percentage($0.high))" } ?? "", row.grade,
          row.fault ?? "",
        ]
      })
  }

  /// The X-rays of the rows, where they are known.
  private static func gallery(_ rows: [Row], _ pictures: CohortPictures) throws -> String {
    let items = try rows.compactMap { row -> String? in
      guard let address = try pictures.address(of: row.label) else { return nil }
      let percent = row.percent.map { NumberFormat.percentage($0) } ?? ""
      return "<li><img src=\"\(address)\" alt=\"X-ray of \(Markup.escaped(row.name)), \(Markup.escaped(percent)) opaque\">"
        + "<p>\(Markup.escaped(row.name)), \(Markup.escaped(percent))</p></li>\n"
    }
    return items.isEmpty ? "" : "<ul class=\"steps small\">\n\(items.joined())</ul>\n"
  }

  /// What an error says without what may name a file: all that stands between backticks, and words that are paths; nothing where the name is still in it.
  private static func nameless(_ text: String, _ label: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    let words = parts.enumerated().map { $0.offset % 2 == 0 ? String($0.element) : "…" }.joined()
    let covered = ViewSubject.withoutPaths(words)
    let stem = label.split(separator: ".").first.map(String.init) ?? label
    return !stem.isEmpty && covered.lowercased().contains(stem.lowercased()) ? "failed" : covered
  }

  private static func failures(_ rows: [Row]) -> String {
    let failed = rows.filter { $0.fault != nil }
    guard !failed.isEmpty else { return HTML.element("p", "None.") }
    return HTML.table(
      "\(failed.count) of \(rows.count)", columns: [("case", false), ("what is wrong", false)],
      rows: failed.prefix(200).map { [$0.name, $0.fault ?? ""] })
      + (failed.count > 200 ? HTML.element("p", "\(failed.count - 200) more.", class: "note") : "")
  }
}
