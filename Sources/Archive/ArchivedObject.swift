import Basics
import ImageOps

/// What a search says of a study, series or instance. Names and numbers of patients are not kept.
package struct ArchivedObject: Hashable, Sendable {
  package let study: String
  package let series: String?
  package let instance: String?
  package let storageClass: String?
  package let modality: String?
  /// `AP`, `PA`, `LL`, …; nil: not stated.
  package let view: String?
  /// As in the header, `yyyymmdd`; nil: not stated.
  package let date: String?

  /// From the DICOM JSON Model (PS3.18). Nil without a valid Study Instance UID, or with another invalid UID.
  init?(_ json: JSON) {
    func text(_ tag: String) -> String? {
      guard let value = json[tag]?["Value"]?.arrayValue?.first?.stringValue, value.utf8.count <= 64 else { return nil }
      let plain = String(String.UnicodeScalarView(value.unicodeScalars.filter { $0.value > 32 && $0.value < 127 }))
      return plain.isEmpty ? nil : plain
    }
    guard let study = text("0020000D") else { return nil }
    let (series, instance) = (text("0020000E"), text("00080018"))
    guard [study, series, instance].allSatisfy({ $0.map(ArchiveAddress.isUID) ?? true }) else { return nil }
    (self.study, self.series, self.instance) = (study, series, instance)
    storageClass = text("00080016")
    modality = text("00080060")
    view = text("00185101")
    date = text("00080020").flatMap { $0.utf8.count == 8 && $0.allSatisfy(\.isNumber) ? $0 : nil }
  }

  /// From the file of a C-FIND response. Nil without a valid Study Instance UID.
  init?(response file: [UInt8]) {
    guard let identity = DICOMIdentity(response: file), ArchiveAddress.isUID(identity.study) else { return nil }
    func stated(_ text: String) -> String? { text.isEmpty ? nil : text }
    (study, series, instance) = (identity.study, stated(identity.series), stated(identity.instance))
    guard [series, instance].allSatisfy({ $0.map(ArchiveAddress.isUID) ?? true }) else { return nil }
    (storageClass, modality) = (stated(identity.storageClass), stated(identity.modality))
    (view, date) = (stated(identity.view), stated(identity.date))
  }

  /// CR, and DX for presentation; DX images for processing are raw data of the detector.
  package var isRadiograph: Bool {
    switch storageClass {
    case "1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1": true
    case nil: modality == "CR" || modality == "DX"
    default: false
    }
  }
}
