import Basics

/// The DICOM file of an X-ray, as far as objects that refer to it take over its attributes.
public struct DICOMXRay: Sendable {
  /// Values as they stand, since their character set is that of the file.
  private let values: [DICOMDataSet.Tag: [UInt8]]
  /// Whether an object that refers to the X-ray names patient and study.
  public let namesPatient: Bool
  /// How the X-ray or the object that refers to it was de-identified; nil if patient and study are named.
  public let deidentification: String?
  /// Whether the file has a modality lookup table, so that intensities do not follow from slope and intercept.
  public let hasModalityTable: Bool

  /// What ties objects together in an archive, and says nothing of a person: identifiers of instances, how pixels lie and are displayed.
  private static let study: Set<DICOMDataSet.Tag> = [
    0x0008_0005, 0x0008_0016, 0x0008_0018, 0x0008_0060, 0x0018_0015, 0x0018_1164, 0x0018_5101, 0x0020_000D, 0x0020_000E, 0x0020_0020,
    0x0020_0052,
    0x0020_0060, 0x0028_0004, 0x0028_0030, 0x0028_0034, 0x0028_0301, 0x0028_1052, 0x0028_1053, 0x0028_2110, 0x0028_2112, 0x0028_2114,
  ]
  /// What the Basic Application Level Confidentiality Profile (PS3.15, table E.1-1) empties: date, time and number of the study, accession number; name,
  /// number, birth date and sex of the patient; and a free text about the position.
  private static let patient: Set<DICOMDataSet.Tag> = [
    0x0008_0020, 0x0008_0030, 0x0008_0050, 0x0010_0010, 0x0010_0020, 0x0010_0030, 0x0010_0040, 0x0020_0010, 0x0020_1040,
  ]

  private static let removedTag: DICOMDataSet.Tag = 0x0012_0062
  private static let methodTag: DICOMDataSet.Tag = 0x0012_0063

  /// Reads the attributes of a file.
  /// - Parameters:
  ///   - name: The X-ray's name in errors.
  ///   - namesPatient: Whether to keep what identifies the patient or the study: name, ID, birth date, sex, study date and time, study ID and accession
  ///     number. Otherwise these are empty.
  /// - Throws: `CodecError.unreadable` if the file is not DICOM or has no study or instance UID.
  public init(_ file: [UInt8], named name: String, namesPatient: Bool) throws(CodecError) {
    self.namesPatient = namesPatient
    do throws(CodecProblem) {
      (values, hasModalityTable) = try file.pixels { bytes throws(CodecProblem) in
        try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in
          let root = try DICOMTree(bytes, sequences: [], upTo: 0x0029_0000).root
          let tags = namesPatient ? Self.study.union(Self.patient).union([Self.removedTag, Self.methodTag]) : Self.study
          return (tags.reduce(into: [:]) { $0[$1] = root.bytes($1, bytes) }, root[DICOMDataSet.modalityTables] != nil)
        }
      }
      let method = values[Self.methodTag].map { String(decoding: $0, as: UTF8.self) }
      deidentification =
        !namesPatient
        ? "segsh: PS3.15 Basic Profile, Retain UIDs Option"
        : values[Self.removedTag].map { $0.elementsEqual("YES".utf8) } ?? false ? method ?? "not stated" : nil
      guard !(values[0x0008_0018] ?? []).isEmpty, !(values[0x0020_000D] ?? []).isEmpty else {
        throw .damaged(.dicom, reason: "it has no study or instance UID, so no object can refer to it")
      }
    } catch { throw .unreadable(name: name, error) }
  }

  subscript(tag: DICOMDataSet.Tag) -> [UInt8] { values[tag] ?? [] }

  private func text(_ tag: DICOMDataSet.Tag) -> String? { values[tag].map { String(decoding: $0, as: UTF8.self) } }

  /// The study that the X-ray belongs to.
  public var study: String { text(0x0020_000D) ?? "" }
  /// The series that the X-ray belongs to; empty if the file states none.
  public var series: String { text(0x0020_000E) ?? "" }
  /// The SOP Instance UID.
  public var instance: String { text(0x0008_0018) ?? "" }
  /// The patient's ID; empty if the file states none or it was left out.
  public var patientIdentifier: String { text(0x0010_0020) ?? "" }
  /// The frame of reference; nil for most radiographs.
  public var frameOfReference: String? { text(0x0020_0052) }
  /// Whether the pixels are MONOCHROME1 or MONOCHROME2, which a grayscale presentation state needs.
  public var isMonochrome: Bool { text(0x0028_0004).map { $0.hasPrefix("MONOCHROME") } ?? false }
  /// RescaleSlope and RescaleIntercept as the file writes them; nil where it has none.
  public var rescale: (slope: String, intercept: String)? {
    guard text(0x0028_1053) != nil || text(0x0028_1052) != nil else { return nil }
    return (text(0x0028_1053) ?? "1", text(0x0028_1052) ?? "0")
  }
  /// Pixel Spacing, or else Imager Pixel Spacing, row first, as the file writes it; nil where it has neither.
  public var pixelSpacing: (row: String, column: String)? { (text(0x0028_0030) ?? text(0x0018_1164)).flatMap { Self.pair($0) } }
  /// Pixel Aspect Ratio, row first; 1:1 where the file has none.
  public var aspectRatio: (row: String, column: String) { text(0x0028_0034).flatMap { Self.pair($0) } ?? ("1", "1") }
  /// Date and time of the study as DICOM writes them; January 1, 1970, where they are unknown or left out, so that no clock decides the bytes.
  public var contentDate: (date: String, time: String) { (text(0x0008_0020) ?? "19700101", text(0x0008_0030) ?? "000000") }

  private static func pair(_ text: String) -> (row: String, column: String)? {
    let parts = text.split(separator: "\\").map { $0.trimmed }
    guard parts.count == 2, parts.allSatisfy({ Double($0).map { $0 > 0 && $0.isFinite } ?? false }) else { return nil }
    return (parts[0], parts[1])
  }

  /// Every value that was read, by tag in ascending order.
  var attributes: [(tag: DICOMDataSet.Tag, value: [UInt8])] {
    values.filter { $0.key != Self.removedTag && $0.key != Self.methodTag }.sorted { $0.key < $1.key }.map {
      (tag: $0.key, value: $0.value)
    }
  }

  /// A UID of a text: the first 128 bits of its SHA-256 below 2.25 (PS3.5, B.2), so that the same text always yields the same one.
  public static func identifier(of text: String) -> String {
    "2.25.\(UInt128(SHA256.hexDigest(of: Array(text.utf8)).prefix(32), radix: 16) ?? 0)"
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
