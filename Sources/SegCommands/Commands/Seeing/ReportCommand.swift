import ImageOps
import SegLang
import SegModel

/// `report`: a page about a case or a cohort.
struct ReportCommand: Command {
  static let category = Category.seeing
  static let summary = "Writes a severity, or a table of them, as one page that needs nothing else: HTML or PDF."
  static let discussion = """
    Of a severity or segmentation: the X-ray with layers to switch, the figures with intervals, the zones, each step with its picture, parameters, recipe \
    and digests. Of a table: the distribution, the ten most severe, the ten least certain, and failures. Names of files, which may tell of a patient, are \
    left out unless names=true shows them. What is burnt into the pixels is shown. A PDF is printed by Chromium where one is installed. For research; not \
    a diagnosis.
    """
  static let examples = [
    Example("phantom size=256 | segment | severity | report case.html", "Writes a page about one X-ray."),
    Example(
      "1..3 | each { phantom size=128 seed=it opacity=20% | segment | severity } | report cohort.html title=\"Three phantoms\"",
      "Writes a page about a table."),
  ]
  static let seeAlso = ["severity", "plot", "save", "explain"]

  @Input("Severity, segmentation or table.") var value: AnyValue
  @Argument("File to write.", extensions: ["html", "pdf"]) var path: Path
  @Option("Line at the top of the page.") var title: String?
  @Option("Whether the names of files are shown.") var names = false

  func run(_ context: Context) throws {
    let ending = path.fileExtension.lowercased()
    guard ending == "html" || ending == "pdf" else {
      throw CommandProblem.cannotSave("a report", ending: path.fileExtension, hint: "use .html or .pdf")
    }
    let folder = String(path.text.dropLast(path.name.count))
    if !folder.isEmpty, !FilePaths.exists(context.resolved(Path(folder))) { throw CommandProblem.noSuchFolder(folder) }
    // Asked for before the work is done.
    if ending == "pdf", PDFPrinter.browser == nil { throw PDFPrinter.Problem.noBrowser }
    let html = try page(context).html
    let bytes = ending == "pdf" ? try PDFPrinter.print(html, polling: context.cancellation) : Array(html.utf8)
    try context.output(bytes, to: path)
    context.note("reported in \(path.text)")
  }

  private func page(_ context: Context) throws -> ReportPage {
    switch value.value {
    case let severity as SeverityReport:
      guard let opacity = Self.opacity(of: context.inputStep) else { throw CommandProblem.cannotReport("Severity whose mask is not known") }
      return try CaseReport(severity, opacity: opacity, title: title, showsNames: names, context).page
    case let segmentation as Segmentation:
      let before = segmentation.corrections > 0 ? try Severity(segmentation.uncorrected) : nil
      let severity = SeverityReport(severity: try Severity(segmentation), corrections: segmentation.corrections, before: before)
      return try CaseReport(severity, opacity: segmentation.opacity, title: title, showsNames: names, context).page
    default:
      guard !(value.value is any Recordable), let table = try Table(rowsOf: value.value) else {
        throw CommandProblem.cannotReport(type(of: value.value).typeName)
      }
      return try CohortReport(table, title: title, showsNames: names, context).page
    }
  }

  /// The mask that a severity measured.
  private static func opacity(of step: Step?) -> Mask? {
    let measured = step?.ancestry.reversed().first { $0.command == SeverityCommand.name } ?? step
    for parent in measured?.parents ?? [] {
      switch parent.value {
      case let mask as Mask: return mask
      case let segmentation as Segmentation: return segmentation.opacity
      default: continue
      }
    }
    return nil
  }
}
