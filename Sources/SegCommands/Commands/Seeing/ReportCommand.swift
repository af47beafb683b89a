import ImageOps
import Plotting
import SegLang
import SegModel
import SegServices
import SegValues

/// `report`: a page about a case or a cohort.
struct ReportCommand: Command {
  static let category = Category.seeing
  static let summary = "Writes a severity, a follow-up or a table of severities as a self-contained HTML or PDF report."
  static let discussion = """
    For one case: the X-ray with switchable layers, values with intervals, zones, each step with its image and parameters, recipe and digests. \
    For a follow-up: the change with its interval, new, resolved and persistent opacity, and the course. For a table: the distribution, the ten \
    most severe and the ten least certain cases, and failures. File names are left out unless names=true, because they can identify a patient. \
    The header shows the date, reader and note. An image that appears in several rows is counted once, and these rows are listed. The X-ray is \
    shown with any burned-in text; with phi=hide, such text is detected if Tesseract is installed, and reported as a doubt. PDF is made by \
    Chromium, or by cairo if there is no browser. For research; not a diagnosis.
    """
  static let examples = [
    Example("phantom size=256 | segment | severity | report case.html", "Writes a report of one X-ray."),
    Example(
      "phantom size=256 | segment | severity | report case.html reader=\"Dr. Lee\" note=\"Study 12\" date=2026-03-14",
      "Adds reader, study and date."),
    Example(
      "1..3 | each { phantom size=128 seed=it opacity=20% | segment | severity } | report cohort.html title=\"Three phantoms\"",
      "Writes a report of a cohort."),
  ]
  static let seeAlso = ["severity", "plot", "save", "explain"]
  static let keywords = ["pdf", "html", "print", "document", "summary"]
  static let traits: CommandTraits = [.writesFiles]

  @Input("Severity, segmentation, follow-up or table.") var value: AnyValue
  @Argument("File to write.", extensions: ["html", "pdf"]) var path: Path
  @Option("Title of the report.") var title: String?
  @Option("Show file names.") var names = false
  @Option("Reader, for the header.") var reader: String?
  @Option("Study or other note, for the header.") var note: String?
  @Option("Date of the report, such as 2026-03-14. Default: today.") var date: String?
  @Option("Program that makes a PDF.") var pdf = PDFMaker.auto
  @Option("Column of the percentage, if a table contains several severities.") var percent: ColumnName?

  func run(_ context: Context) throws {
    let ending = path.fileExtension.lowercased()
    guard ending == "html" || ending == "pdf" else {
      throw CommandProblem.cannotSave("a report", ending: path.fileExtension, hint: "use .html or .pdf")
    }
    let folder = String(path.text.dropLast(path.name.count))
    if !folder.isEmpty, !FilePaths.exists(context.resolved(Path(folder))) { throw CommandProblem.noSuchFolder(folder) }
    // Asked for before the work is done.
    if ending == "pdf" { _ = try pdf.found() } else if pdf != .auto { throw CommandProblem.wantsAlso("pdf", "a .pdf file") }
    var page = try page(context)
    page.facts = try facts()
    try context.output(ending == "pdf" ? page.printed(by: pdf, date: date ?? ReportDate.today, context) : Array(page.html.utf8), to: path)
    context.note("wrote \(path.text)")
  }

  /// What the user says of the report, and its date; nothing that a file says of a patient.
  private func facts() throws -> [(name: String, text: String)] {
    if let date, CivilDate.days(of: date) == nil { throw CommandProblem.outOfRange("date", "`\(date)`", "a day such as 2026-03-14") }
    let given = [("Reader", reader), ("Date of the report", date ?? ReportDate.today), ("Note", note)]
    return given.compactMap { name, text in text.flatMap { $0.isEmpty ? nil : (name: name, text: $0) } }
  }

  private func page(_ severity: SeverityReport, of source: SeveritySource, _ context: Context) throws -> ReportPage {
    let report = try CaseReport(severity, of: source, title: title, showsNames: names, context)
    if let remark = source.segmentation?.structuresRemark("the report does not show") { context.note(remark) }
    if !names { try context.noteBurnedInText(in: [report.image], writtenTo: path) }
    return report.page
  }

  private func page(_ context: Context) throws -> ReportPage {
    if percent != nil, value.value is SeverityReport || value.value is Segmentation || value.value is FollowUp {
      throw CommandProblem.wantsAlso("percent=", "a table")
    }
    switch value.value {
    case let severity as SeverityReport:
      guard let source = try SeveritySource.measured(by: severity, madeBy: context.inputStep) else {
        throw CommandProblem.cannotReport("Severity whose mask is not known")
      }
      return try page(severity, of: source, context)
    case let followUp as FollowUp:
      let report = try FollowUpReport(followUp, title: title, showsNames: names, context)
      if !names { try context.noteBurnedInText(in: report.images, writtenTo: path) }
      return report.page
    case let segmentation as Segmentation:
      let source = try SeveritySource(.segmentation(segmentation), lungs: nil, madeBy: context.inputStep)
      return try page(source.report(), of: source, context)
    default:
      guard !(value.value is any Recordable), let table = try Table(rowsOf: value.value) else {
        throw CommandProblem.cannotReport(type(of: value.value).typeName)
      }
      return try CohortReport(table, column: percent?.name, title: title, showsNames: names, writtenTo: path, context).page
    }
  }
}
