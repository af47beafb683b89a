import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

extension Worklist {
  /// The decided and undecided cases of a worklist, as learning needs them.
  package struct Decided {
    /// Cases that were accepted, corrected or sent, with their kept segmentation.
    package var accepted: [AcceptedCase] = []
    /// Files of the cases that wait or are being corrected, as `load` reads them.
    package var undecided: [Path] = []
    /// What was left out, and why.
    package var notes: [String] = []
  }

  /// Reads which cases were decided, and finds their X-rays and kept segmentations.
  ///
  /// A case whose X-ray or segmentation is missing, or whose X-ray is another file by now, is left out and noted. A case that was sent counts as corrected if
  /// its percentage is not the model's.
  /// - Parameter context: Resolves paths and fetches X-rays from an archive.
  /// - Throws: `CancellationError`, `ArchiveProblem`.
  package func decided(_ context: Context) throws -> Decided {
    var result = Decided()
    var (changed, missing) = (0, 0)
    for (index, item) in items.enumerated() {
      try context.checkCancellation()
      let isCorrected: Bool
      switch item.reading.status {
      case .waiting, .correcting:
        result.undecided.append(item.file)
        continue
      case .accepted: isCorrected = false
      default: isCorrected = item.isKeptCorrection
      }
      guard let kept = annotations(of: index).map({ context.resolved($0) }), let image = try? context.existing(item.file),
        let bytes = try? FileBytes.read(image)
      else {
        missing += 1
        continue
      }
      let digest = SHA256.hexDigest(of: bytes)
      guard [nil, digest].contains(item.reading.measurement.image) else {
        changed += 1
        continue
      }
      let patient = Self.patient(of: bytes) ?? digest
      let record = CaseRecord(annotated: item.file.text, imagePath: image, annotationPath: kept, patient: patient)
      result.accepted.append(AcceptedCase(record, isCorrected: isCorrected))
    }
    func note(_ count: Int, _ text: String) {
      if count > 0 { result.notes.append("\(count) accepted case\(count == 1 ? " is" : "s are") left out: \(text)") }
    }
    note(missing, "the X-ray or its segmentation in \(options.folder.text) is missing. Give the folder of the results: --results DIR")
    note(changed, "the X-ray is not the one that was accepted")
    return result
  }

  /// A digest of the patient's identifier in a DICOM file; nil if the file states no patient.
  private static func patient(of bytes: [UInt8]) -> String? {
    guard let xray = try? DICOMXRay(bytes, named: "", namesPatient: true), !xray.patientIdentifier.isEmpty else { return nil }
    return SHA256.hexDigest(of: Array("segsh patient \(xray.patientIdentifier)".utf8))
  }
}
