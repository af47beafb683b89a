import Basics

/// Which object a DICOM file is: what a list of cases and an archive go by. Nothing of it is about the patient.
public struct DICOMIdentity: Hashable, Sendable {
  /// SOP Instance UID (0008,0018).
  public let instance: String
  /// SOP Class UID (0008,0016); empty: not stated.
  public let storageClass: String
  /// Study Instance UID (0020,000D); empty: not stated.
  public let study: String
  /// Modality (0008,0060); empty: not stated.
  public let modality: String
  /// View Position (0018,5101), such as `AP`; empty: not stated.
  public let view: String
  /// Study Date (0008,0020), `yyyymmdd`; empty: not stated, or no date.
  public let date: String

  /// Nil for bytes that are no DICOM file, or one without a valid SOP Instance UID.
  public init?(of file: [UInt8]) {
    let texts = try? file.pixels { bytes throws(CodecProblem) in
      try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in
        guard DICOMStart.hasPrefix(bytes) || DICOMStart.isBare(bytes) else { throw .unknownFormat(firstBytes: []) }
        let root = try DICOMTree(bytes, sequences: [], upTo: 0x0020_000E).root
        let tags: [DICOMDataSet.Tag] = [0x0008_0018, 0x0008_0016, 0x0020_000D, 0x0008_0060, 0x0018_5101, 0x0008_0020]
        return tags.map { tag in
          String(
            String.UnicodeScalarView((root.text(tag, bytes) ?? "").unicodeScalars.filter { $0.value > 32 && $0.value < 127 }.prefix(64)))
        }
      }
    }
    guard let texts, !texts[0].isEmpty, texts[0].utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else { return nil }
    (instance, storageClass, study, modality, view) = (texts[0], texts[1], texts[2], texts[3].uppercased(), texts[4].uppercased())
    date = texts[5].utf8.count == 8 && texts[5].allSatisfy(\.isNumber) ? texts[5] : ""
  }
}
