import Basics
import ImageOps
import SegLang
import SegModel
import SegServices
import SegValues

/// `dicom-results`: the objects of a case that an archive and a viewer accept.
struct DicomResultsCommand: Command {
  static let category = Category.files
  static let summary = "Writes a severity as DICOM objects in the study of its X-ray: SEG, SR, GSPS, SC and PDF."
  static let discussion = """
    The folder gets segmentation.dcm (right lung, left lung, opacity), measurements.dcm (a TID 1500 report of all values, intervals, doubts and the \
    model), presentation.dcm (outlines, zones and window), overlay.dcm (a color image with legend and research notice, for viewers that show nothing \
    else) and report.dcm (the report as PDF, which needs Chromium). All refer to the X-ray, which must have been loaded from a DICOM file, at its \
    size and orientation. Patient and study details are left out unless patient=true; an archive files the objects under the patient only with \
    them. deidentify=true also writes xray-deidentified.dcm, a copy of the X-ray without identifying attributes (PS3.15, Basic Profile), and all \
    objects refer to that copy by new UIDs. The same X-ray, model and parameters yield the same UIDs and bytes. Text in the pixels is never \
    removed; it is detected if Tesseract is installed. For research; not a diagnosis.
    """
  static let examples = [
    Example(
      "phantom size=256 | save xray.dcm; load xray.dcm | segment | severity | dicom-results case-results",
      "Writes the objects of one X-ray."),
    Example(
      "phantom size=256 | save xray.dcm; load xray.dcm | segment | severity | dicom-results shared deidentify=true",
      "Writes them about a de-identified copy of the X-ray."),
  ]
  static let seeAlso = ["save", "report", "load-annotations", "severity"]
  static let keywords = ["dicom", "pacs", "export", "seg", "sr", "structured", "gsps", "presentation", "pdf", "anonymize", "deidentify"]
  static let traits: CommandTraits = [.writesFiles, .keepsInput]

  @Input("Severity or segmentation.") var value: AnyValue
  @Argument("Folder to write to; it is created if its parent exists.") var path: Path
  @Option("Keep patient and study details of the X-ray.") var patient = false
  @Option("Replace a file that the result was made from.") var overwrite = false
  @Option("Replace patient, dates and UIDs, and write a de-identified copy of the X-ray.") var deidentify = false

  func run(_ context: Context) throws {
    if patient, deidentify { throw CommandProblem.tooMany(["patient=true", "deidentify=true"]) }
    let (report, source) = try measured(context)
    let objects = try CaseObjects(
      report, of: source, patient: deidentify ? .replaced : patient ? .kept : .leftOut,
      printing: {
        _ = try PDFMaker.auto.found()
        return try CaseReport(report, of: source, title: nil, showsNames: false, context).page.printed(context)
      }, context)
    let folder = Path(path.text.hasSuffix("/") ? String(path.text.dropLast()) : path.text)
    try prepare(folder, context)
    if context.hidesNames, let image = context.inputStep?.xray(of: source.opacity.size)?.image {
      try context.noteBurnedInText(in: [image], writtenTo: path)
    }
    for file in objects.files {
      let target = Path("\(folder.text)/\(file.name)")
      if !overwrite { try context.refuseToReplaceInput(target) }
      try context.output(file.bytes, to: target)
      context.note("wrote \(target.text): \(file.title)")
    }
    if let remark = source.segmentation?.structuresRemark("these objects do not contain") { context.note(remark) }
    for omission in objects.omissions {
      let isOld = FilePaths.exists(context.resolved(Path("\(folder.text)/\(omission.name)")))
      context.note(
        "\(omission.name) was not written\(isOld ? ", and the one in the folder is from an earlier run" : ""): \(omission.reason)")
    }
  }

  private func measured(_ context: Context) throws -> (SeverityReport, SeveritySource) {
    switch value.value {
    case let severity as SeverityReport:
      guard let source = try SeveritySource.measured(by: severity, madeBy: context.inputStep) else {
        throw CommandProblem.cannotReport("Severity whose mask is not known")
      }
      return (severity, source)
    case let segmentation as Segmentation:
      let source = try SeveritySource(.segmentation(segmentation), lungs: nil, madeBy: context.inputStep)
      return (try source.report(), source)
    default: throw CommandProblem.cannotReport(type(of: value.value).typeName)
    }
  }

  private func prepare(_ folder: Path, _ context: Context) throws {
    let parent = String(folder.text.dropLast(folder.name.count))
    if !parent.isEmpty, parent != "/", !FilePaths.exists(context.resolved(Path(parent))) { throw CommandProblem.noSuchFolder(parent) }
    try context.checkCancellation()
    try AtomicFile.makeFolder(context.resolved(folder))
  }
}
