import Basics
import Plotting
import SegLang
import SegModel
import SegValues

/// A table of severities as a page: distribution, the most severe, the least certain, failures.
package struct CohortReport {
  package let page: ReportPage
  /// Rows of each list.
  private static let count = 10

  private struct Row {
    /// Its place in the table, from 0.
    let index: Int
    let name: String
    let percent: Double?
    let interval: (low: Double, high: Double)?
    let grade: String
    let doubt: String?
    /// Why its values are missing.
    let failure: String?
    /// The earlier row with the same image.
    let first: Int?
    var width: Double { interval.map { $0.high - $0.low } ?? 0 }
    var fault: String? {
      let faults = [failure, doubt].compactMap { $0 }
      return faults.isEmpty ? nil : faults.joined(separator: "; ")
    }
  }

  /// - Parameter column: the column with the percentage; nil for the one that there is.
  /// - Throws: `CommandProblem.cannotReport` for a table without percentages, `.severalSeverities`, `.noSuchColumn`.
  package init(_ table: Table, column: String?, title: String?, showsNames: Bool, writtenTo path: Path, _ context: Context) throws {
    let columns = try Self.columns(table, column)
    let prefix = columns.prefix
    func cells(_ name: String) -> [(any Value)?] { (try? table.cells(in: name)) ?? table.rows.map { _ in nil } }
    func numbers(_ name: String) -> [Double?] { (try? table.numbers(in: name)) ?? table.rows.map { _ in nil } }
    let (percents, intervals) = (try table.numbers(in: columns.percent), cells(prefix + "intervals.percent"))
    let (lows, highs) = (numbers(columns.percent + ".low"), numbers(columns.percent + ".high"))
    let (grades, doubts, errors) = (cells(prefix + "grade"), cells(prefix + "doubt"), cells("error"))
    let labels = cells(table.columns.first { ["case", "file", "name"].contains($0) } ?? "").map { $0?.oneLine ?? "" }
    let pictures = CohortImages(labels, sharedAs: showsNames ? nil : path, context)
    let repeated = try pictures.repeated()
    let rows = table.rows.indices.map { index -> Row in
      let pair = (intervals[index] as? List)?.items.compactMap { $0 as? Double } ?? [lows[index], highs[index]].compactMap { $0 }
      let doubt = (doubts[index] as? String).map { word in
        ImageCheck.Doubt(rawValue: word).map { $0.finding } ?? "warning: \(word)"
      }
      let failure = errors[index].map { showsNames ? $0.oneLine : Self.nameless($0.oneLine, labels[index]) }
      return Row(
        index: index, name: showsNames && !labels[index].isEmpty ? labels[index] : "case \(index + 1)", percent: percents[index],
        interval: pair.count == 2 ? (pair[0], pair[1]) : nil, grade: grades[index]?.oneLine ?? "", doubt: doubt,
        failure: failure ?? (percents[index] == nil ? Self.withoutPercentage(grades[index]) : nil), first: repeated[index])
    }
    // An image that several rows show counts once.
    let found = rows.filter { $0.percent != nil && $0.first == nil }
    var page = ReportPage(title: title ?? "Severity of lung opacity in a cohort")
    page.subtitle =
      table.size + (repeated.isEmpty ? "" : "; \(Self.count(repeated.count, "row")) repeat an image and are not counted")
      + (showsNames ? "" : "; cases are numbered by table row")
    let severe = Array(found.sorted { ($0.percent ?? 0) > ($1.percent ?? 0) }.prefix(Self.count))
    let uncertain = Array(found.filter { $0.width > 0 }.sorted { $0.width > $1.width }.prefix(Self.count))
    page.sections = [
      ReportPart.section("distribution", "Distribution", try Self.distribution(found, rows)),
      ReportPart.section(
        "severe", "Most severe",
        try Self.gallery(severe, pictures) + Self.list("The \(severe.count) cases with the highest percentage", severe, rows)),
      ReportPart.section(
        "uncertain", "Most uncertain",
        uncertain.isEmpty
          ? .paragraph("No case has an interval.")
          : try Self.gallery(uncertain, pictures) + Self.list("The \(uncertain.count) cases with the widest interval", uncertain, rows)),
      ReportPart.section("failures", "Failures and warnings", Self.failures(rows)),
      repeated.isEmpty ? ReportPart() : ReportPart.section("repeated", "Repeated images", Self.repetitions(rows)),
      ReportPart.section("recipe", "Recipe", CaseReport.recipe(context, showsNames)),
    ].filter { !$0.html.isEmpty }
    page.recipe = CaseReport.recipeText(context, showsNames)
    self.page = page
  }

  /// The severity that is reported.
  private static func columns(_ table: Table, _ column: String?) throws -> SeverityColumns {
    if let column {
      _ = try table.cells(in: column)
      let known = SeverityColumns.all(in: table.columns)
      return known.first { $0.percent == column || $0.percent == column + ".percent" } ?? SeverityColumns(percent: column)
    }
    let known = SeverityColumns.all(in: table.columns)
    guard let first = known.first else { throw CommandProblem.cannotReport("Table without a column percent") }
    guard known.count == 1 || known.contains(where: { $0.prefix.isEmpty }) else {
      throw CommandProblem.severalSeverities(known.map(\.percent), option: "percent")
    }
    return known.first { $0.prefix.isEmpty } ?? first
  }

  private static func withoutPercentage(_ grade: (any Value)?) -> String {
    let noLungs = Severity.Grade.noLungs.rawValue
    return grade?.oneLine == noLungs ? noLungs : "no percentage"
  }

  private static func count(_ number: Int, _ what: String) -> String {
    "\(NumberFormat.grouped(number)) \(what)\(number == 1 ? "" : "s")"
  }

  private static func distribution(_ found: [Row], _ rows: [Row]) throws -> ReportPart {
    let numbers = found.compactMap(\.percent)
    func text(_ value: Double?) -> String { value.map { NumberFormat.fixed($0, 1) + " %" } ?? "-" }
    let doubted = found.count { $0.doubt != nil }
    let repeated = rows.count { $0.percent != nil && $0.first != nil }
    let figures: [(String, String)] =
      [("images with a percentage", "\(numbers.count)")]
      + (doubted > 0 ? [("of these with a warning", "\(doubted)")] : [])
      + (repeated > 0 ? [("rows that repeat an image, not counted", "\(repeated)")] : [])
      + [
        ("rows", "\(rows.count)"), ("mean", text(Statistics.mean(numbers))), ("median", text(Statistics.median(numbers))),
        ("interquartile range", "\(text(Statistics.quantile(numbers, 0.25))) to \(text(Statistics.quantile(numbers, 0.75)))"),
        ("range", "\(text(numbers.min())) to \(text(numbers.max()))"),
      ]
    let grades = found.map(\.grade)
    let known = Severity.Grade.allCases.compactMap { grade in
      let count = grades.count(where: { $0 == grade.rawValue })
      return count > 0 ? ["\(grade.rawValue)", "\(count)"] : nil
    }
    var part = ReportPart.screen("<div class=\"drawings\">")
    let edges = (0...20).map { Double($0) * 5 }
    if let bins = NumberBins(numbers, edges: edges) {
      let outside = numbers.count { !(0...100).contains($0) }
      let figure = Figure(
        notes: outside > 0 ? ["\(outside) values outside 0 to 100 % are not shown"] : [],
        x: Axis("lung area with opacity", unit: "%", limits: 0...100), y: Axis("cases", isWhole: true),
        marks: [Mark(.histogram(edges: bins.edges, values: bins.counts.map(Double.init)))]
          + (Statistics.median(numbers).map {
            [Mark(.rule(.vertical($0)), label: "median \(NumberFormat.plotShort($0))", tone: .series(1))]
          }
            ?? []))
      part += try .figure(figure)
    }
    part += .screen("<div>") + .table("Lung area with opacity", columns: [("", false), ("", true)], rows: figures.map { [$0.0, $0.1] })
    if !known.isEmpty { part += .table("Severity grades", columns: [("grade", false), ("cases", true)], rows: known) }
    return part + .screen("</div></div>")
  }

  private static func list(_ caption: String, _ rows: [Row], _ all: [Row]) -> ReportPart {
    let copies = Dictionary(grouping: all.filter { $0.first != nil }) { $0.first ?? 0 }
    return .table(
      caption, columns: [("case", false), ("percent", true), ("interval", true), ("grade", false), ("remarks", false)],
      rows: rows.map { row in
        let same = (copies[row.index] ?? []).map(\.name)
        let clear = row.interval.map { $0.low < Severity.noneBelow && row.percent ?? 0 >= Severity.noneBelow } ?? false
        let remarks = [row.fault, clear ? "may be clear" : nil, same.isEmpty ? nil : "same image as \(listed(same))"].compactMap { $0 }
        return [
          row.name, row.percent.map { NumberFormat.percentage($0) } ?? "-",
          row.interval.map { "\(NumberFormat.percentage($0.low)) to \(NumberFormat.percentage($0.high))" } ?? "", row.grade,
          remarks.joined(separator: "; "),
        ]
      })
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  /// The X-rays of the rows, where they are known.
  private static func gallery(_ rows: [Row], _ pictures: CohortImages) throws -> ReportPart {
    let items = try rows.compactMap { row -> ReportPart? in
      guard let picture = try pictures.picture(of: row.index) else { return nil }
      let percent = row.percent.map { NumberFormat.percentage($0) } ?? ""
      let interval = row.interval.map { " (\(NumberFormat.percentage($0.low)) to \(NumberFormat.percentage($0.high)))" } ?? ""
      let doubt = row.doubt.map { ", \($0)" } ?? ""
      let text = "\(row.name), \(percent)\(interval)\(doubt)"
      return ReportPart(
        html: "<li><img src=\"\(picture.address)\" alt=\"X-ray of \(Markup.escaped(row.name)), \(Markup.escaped(percent)) opaque\">"
          + "<p>\(Markup.escaped(text))</p></li>\n",
        blocks: [.item(picture, code: nil, paragraphs: [text])])
    }
    return items.isEmpty ? ReportPart() : .screen("<ul class=\"steps small\">\n") + items.joined() + .screen("</ul>\n")
  }

  private static func repetitions(_ rows: [Row]) -> ReportPart {
    let copies = rows.filter { $0.first != nil }
    return .table(
      "Identical files, or files with identical pixels: \(count(copies.count, "row"))",
      columns: [("case", false), ("percent", true), ("", false)],
      rows: copies.prefix(200).map { row in
        let first = row.first.map { rows[$0].name } ?? ""
        return [row.name, row.percent.map { NumberFormat.percentage($0) } ?? "-", "same image as \(first)"]
      }) + (copies.count > 200 ? .paragraph("\(copies.count - 200) more.", class: "note") : ReportPart())
  }

  /// What an error says without what may name a file: all that stands between backticks, and words that are paths; nothing where the name is still in it.
  private static func nameless(_ text: String, _ label: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    let words = parts.enumerated().map { $0.offset % 2 == 0 ? String($0.element) : "…" }.joined()
    let covered = WrittenWords.withoutPaths(words)
    let stem = label.split(separator: ".").first.map(String.init) ?? label
    return !stem.isEmpty && covered.lowercased().contains(stem.lowercased()) ? "failed" : covered
  }

  private static func failures(_ rows: [Row]) -> ReportPart {
    let failed = rows.filter { $0.fault != nil }
    guard !failed.isEmpty else { return .paragraph("None.") }
    return .table(
      "\(failed.count) of \(rows.count) rows", columns: [("case", false), ("problem", false)],
      rows: failed.prefix(200).map { [$0.name, $0.fault ?? ""] })
      + (failed.count > 200 ? .paragraph("\(failed.count - 200) more.", class: "note") : ReportPart())
  }
}
