import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// The DICOM objects of one case: segmentation, measurement report, presentation state, secondary capture and PDF, all in the study of the X-ray.
package struct CaseObjects {
  /// What the objects state about patient and study.
  package enum Patient {
    /// UIDs alone.
    case leftOut
    /// Name, ID, birth date, sex, dates and numbers of the X-ray.
    case kept
    /// A pseudonym and new UIDs, also in a copy of the X-ray.
    case replaced
  }

  /// One file.
  package struct File {
    package let name: String
    package let title: String
    package let bytes: [UInt8]
  }

  /// An object that was not made.
  package struct Omission {
    package let name: String
    package let title: String
    package let reason: String
  }

  package private(set) var files: [File] = []
  package private(set) var omissions: [Omission] = []

  static let deidentification = "segsh: PS3.15 Basic Application Level Confidentiality Profile"

  /// What all objects are made of.
  struct Content {
    let report: SeverityReport
    let severity: Severity
    let lungs: LabelImage
    /// Inside the lungs.
    let opacity: Mask
    /// As the file shows it, so that its own window and polarity hold.
    let image: GrayImage
    let model: (name: String, sha256: String?)?
    /// Who reviewed the segmentation last; nil: nobody, or the name is left out.
    let reader: String?
  }

  /// - Parameter page: the report to print; nil where there is no PDF, for a reason that `printing` throws.
  /// - Throws: `CommandProblem`, `CodecError`, `DICOMObject.Problem`; `CancellationError`.
  package init(
    _ report: SeverityReport, of source: SeveritySource, patient: Patient, printing: () throws -> [UInt8], _ context: Context
  ) throws {
    guard report.severity.percent != nil else { throw CommandProblem.noMeasurements }
    let original = try XRayFile(of: source.opacity.size, for: "DICOM results", context).bytes
    let bytes = patient == .replaced ? try DICOMObject.deidentified(original, named: "the X-ray", method: Self.deidentification) : original
    let xray = try DICOMXRay(bytes, named: "the X-ray", namesPatient: patient != .leftOut)
    let content = Content(
      report: report, severity: report.severity, lungs: source.lungs, opacity: try source.opacity.intersection(source.lungs.foreground),
      image: try GrayImage.decode(bytes, name: "the X-ray"),
      model: context.segmentationModel.map { (name: $0.name, sha256: $0.sha256) },
      reader: patient == .replaced ? nil : context.origins.lazy.compactMap(\.reader).first)
    guard content.image.size == content.opacity.size else {
      throw CommandProblem.sizesDiffer("the result", content.opacity.size, "the X-ray in its file", content.image.size)
    }
    if patient == .replaced { files.append(File(name: "xray-deidentified.dcm", title: "the de-identified X-ray", bytes: bytes)) }

    let segmentation = try DICOMSegmentationFile.encoded(
      Annotation(Segmentation(lungs: content.lungs, opacity: content.opacity)), over: bytes, named: "the X-ray",
      namesPatient: patient != .leftOut, algorithm: content.algorithm)
    files.append(File(name: "segmentation.dcm", title: "a segmentation", bytes: segmentation))
    func object(_ kind: DICOMObject.Kind, _ description: String, _ number: Int) -> DICOMObject {
      DICOMObject(kind, of: xray, description: description, number: number, version: ProgramVersion.text)
    }
    try context.checkCancellation()
    var measurements = object(.report, "Measurements of lung opacity, research use", 2)
    let reference = try DICOMXRay(segmentation, named: "the segmentation", namesPatient: false)
    content.addMeasurements(to: &measurements, segmentation: reference)
    files.append(File(name: "measurements.dcm", title: "a measurement report (SR)", bytes: try measurements.encoded()))

    try context.checkCancellation()
    if let reason = content.presentationObstacle(xray) {
      omissions.append(Omission(name: "presentation.dcm", title: "a presentation state", reason: reason))
    } else {
      var presentation = object(.presentation, "Outlines of lungs and opacity, research use", 3)
      try content.addPresentation(to: &presentation, xray)
      files.append(File(name: "presentation.dcm", title: "a presentation state (GSPS)", bytes: try presentation.encoded()))
    }

    try context.checkCancellation()
    var capture = object(.capture, "Overlay of lungs and opacity, research use", 4)
    if let picture = try content.picture() {
      capture.add("pixels", "\(picture.size.width)", "\(picture.size.height)", "8")
      capture.add("title", "Lungs outlined and opacity filled by segsh. Research use, not a diagnosis.")
      files.append(File(name: "overlay.dcm", title: "an overlay (secondary capture)", bytes: try capture.encoded(picture.pixels)))
    } else {
      omissions.append(
        Omission(
          name: "overlay.dcm", title: "an overlay",
          reason: "no font was found for the legend and the research notice; set SEGSH_FONT to one"))
    }

    try context.checkCancellation()
    do {
      let pdf = PDFDates.fixed(in: try printing(), date: xray.contentDate.date)
      var document = object(.document, "Report of lung opacity, research use", 5)
      document.add("title", "Severity of lung opacity. Research use, not a diagnosis.")
      files.append(File(name: "report.dcm", title: "a report (encapsulated PDF)", bytes: try document.encoded(pdf)))
    } catch let problem as PDFPrinter.Problem {
      omissions.append(Omission(name: "report.dcm", title: "a report (encapsulated PDF)", reason: "\(problem)"))
    }
  }
}

extension Context {
  /// The model that the input was segmented with; nil without a model.
  var segmentationModel: StepFile? { origins.flatMap(\.ancestry).flatMap(\.files).last { $0.role == .model } }
}

extension Step {
  /// Who reviewed the segmentation that a value was made from last; nil: nobody.
  fileprivate var reader: String? {
    originsInOrder.lazy.filter { $0.command == CommandWord.review }.compactMap { $0.constant(of: "reader") as? String }.first
  }
}

extension DICOMSegmentation.Algorithm {
  /// A model, and what else its result depends on.
  init(model name: String, sha256: String?, settings: [(name: String, value: String)] = []) {
    self.init(name: name, version: "segsh \(ProgramVersion.text)", parameters: [("SHA-256", sha256 ?? "unknown")] + settings)
  }
}

extension CaseObjects.Content {
  /// What the segments come from; nil without a model.
  var algorithm: DICOMSegmentation.Algorithm? {
    model.map { DICOMSegmentation.Algorithm(model: $0.name, sha256: $0.sha256, settings: settings) }
  }

  /// Why there is no presentation state; nil if there is one.
  func presentationObstacle(_ xray: DICOMXRay) -> String? {
    if !xray.isMonochrome { return "it needs a grayscale X-ray, and this one is in color" }
    if xray.hasModalityTable { return "the X-ray has a modality lookup table, which is not copied" }
    return nil
  }
}

/// The dates in a PDF, which would make each print another one.
enum PDFDates {
  /// The PDF with the dates of creation and change replaced by one of the same length.
  static func fixed(in pdf: [UInt8], date: String) -> [UInt8] {
    guard date.utf8.count == 8, date.utf8.allSatisfy({ (48...57).contains($0) }) else { return pdf }
    var pdf = pdf
    for key in ["/CreationDate (", "/ModDate ("] {
      let word = Array(key.utf8)
      var start = 0
      while let found = pdf[start...].firstRange(of: word) {
        start = found.upperBound
        // Browsers write the prefix D:, cairo does not.
        if pdf[start...].starts(with: Array("D:".utf8)) { start += 2 }
        guard let end = pdf[start...].firstIndex(of: UInt8(ascii: ")")), end - start <= 32 else { continue }
        let digits = Array("\(date)000000\(end - start < 21 ? "Z" : "+00'00'")".utf8)
        for index in start..<end { pdf[index] = index - start < digits.count ? digits[index - start] : 32 }
      }
    }
    return pdf
  }
}
