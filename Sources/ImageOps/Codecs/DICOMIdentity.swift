import Basics

/// Which object a DICOM file is: what a list of cases and an archive go by. Nothing of it is about the patient.
public struct DICOMIdentity: Hashable, Sendable {
  /// SOP Instance UID (0008,0018).
  public let instance: String
  /// SOP Class UID (0008,0016); empty: not stated.
  public let storageClass: String
  /// Study Instance UID (0020,000D); empty: not stated.
  public let study: String
  /// Series Instance UID (0020,000E); empty: not stated.
  public let series: String
  /// Modality (0008,0060); empty: not stated.
  public let modality: String
  /// View Position (0018,5101), such as `AP`; empty: not stated.
  public let view: String
  /// Study Date (0008,0020), `yyyymmdd`; empty: not stated, or no date.
  public let date: String
  /// The transfer syntax that the file states, or that it has.
  public let transferSyntax: String

  /// Nil for bytes that are no DICOM file, or one without a valid SOP Instance UID.
  public init?(of file: [UInt8]) {
    self.init(response: file)
    guard !instance.isEmpty, instance.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else { return nil }
  }

  /// The same of a response to a query, which may be about a study or series and then has no SOP Instance UID.
  /// - Returns: Nil for bytes that are no DICOM file.
  public init?(response file: [UInt8]) {
    let texts = try? file.pixels { bytes throws(CodecProblem) in
      try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in
        guard DICOMStart.hasPrefix(bytes) || DICOMStart.isBare(bytes) else { throw .unknownFormat(firstBytes: []) }
        let tree = try DICOMTree(bytes, sequences: [], upTo: 0x0020_000F)
        let tags: [DICOMDataSet.Tag] = [0x0008_0018, 0x0008_0016, 0x0020_000D, 0x0020_000E, 0x0008_0060, 0x0018_5101, 0x0008_0020]
        return (tags.map { tree.root.text($0, bytes) ?? "" } + [tree.transferSyntax]).map { text in
          String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value > 32 && $0.value < 127 }.prefix(64)))
        }
      }
    }
    guard let texts else { return nil }
    (instance, storageClass, study, series) = (texts[0], texts[1], texts[2], texts[3])
    (modality, view, transferSyntax) = (texts[4].uppercased(), texts[5].uppercased(), texts[7])
    date = texts[6].utf8.count == 8 && texts[6].allSatisfy(\.isNumber) ? texts[6] : ""
  }
}
