import Foundation
import SegLang
import Testing

@testable import ImageOps
@testable import SegCommands
@testable import SegModel
@testable import SegValues

/// A DICOM file of 64 x 64 pixels, 8 bits, with these attributes of the examination.
private func dicom(_ attributes: [DICOMDataSet.Tag: (String, String)] = [:], view: DICOMCode? = nil) -> [UInt8] {
  var meta = DICOMWriter()
  meta.add(0x0002_0010, "UI", "1.2.840.10008.1.2.1")
  var body = DICOMWriter()
  var groups = attributes
  groups[0x0008_0016] = ("UI", "1.2.840.10008.5.1.4.1.1.1.1")
  for (tag, value) in groups.sorted(by: { $0.key < $1.key }) { body.add(tag, value.0, value.1) }
  body.add(0x0028_0002, number: 1)
  body.add(0x0028_0004, "CS", "MONOCHROME2")
  for (tag, number) in [(0x0010, 64), (0x0011, 64), (0x0100, 8), (0x0101, 8), (0x0102, 7), (0x0103, 0)] as [(UInt32, UInt16)] {
    body.add(0x0028_0000 + tag, number: number)
  }
  if let view { body.add(0x0054_0220, code: view) }
  body.add(0x7FE0_0010, "OB", (0..<64 * 64).map { UInt8(truncatingIfNeeded: $0 / 16) })
  return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.bytes + body.bytes
}

private let modality: DICOMDataSet.Tag = 0x0008_0060
private let bodyPart: DICOMDataSet.Tag = 0x0018_0015
private let position: DICOMDataSet.Tag = 0x0018_5101
private let orientation: DICOMDataSet.Tag = 0x0020_0020
private let laterality: DICOMDataSet.Tag = 0x0020_0060
private let imageLaterality: DICOMDataSet.Tag = 0x0020_0062
private let age: DICOMDataSet.Tag = 0x0010_1010
private let born: DICOMDataSet.Tag = 0x0010_0030
private let examined: DICOMDataSet.Tag = 0x0008_0020

@Suite("What a DICOM header says about the examination")
struct ExaminationTests {
  typealias Row = (attributes: [DICOMDataSet.Tag: (String, String)], doubt: ImageCheck.Doubt?)

  static let rows: [Row] = [
    ([:], nil), ([modality: ("CS", "DX"), bodyPart: ("CS", "CHEST"), position: ("CS", "PA"), age: ("AS", "045Y")], nil),
    ([modality: ("CS", "CR"), position: ("CS", "AP"), orientation: ("CS", "L\\F")], nil), ([bodyPart: ("CS", "PORT CHEST")], nil),
    ([bodyPart: ("CS", "THORAX")], nil), ([bodyPart: ("CS", "UNKNOWN")], nil), ([modality: ("CS", "OT")], nil),
    ([modality: ("CS", "CT")], .headerCT), ([modality: ("CS", "MR")], .headerModality), ([modality: ("CS", "MG")], .headerModality),
    ([bodyPart: ("CS", "KNEE")], .headerBodyPart), ([bodyPart: ("CS", "TSPINE")], .headerBodyPart),
    ([bodyPart: ("CS", "THORACIC SPINE")], .headerBodyPart), ([position: ("CS", "LL")], .headerLateral),
    ([position: ("CS", "RL ")], .headerLateral), ([position: ("CS", "LAO")], .headerOblique), ([position: ("CS", "LLD")], .headerDecubitus),
    ([orientation: ("CS", "A\\F")], .headerLateral), ([orientation: ("CS", "PL\\F")], .headerLateral),
    // What the position says comes before how rows run.
    ([position: ("CS", "PA"), orientation: ("CS", "A\\F")], nil), ([age: ("AS", "006M")], .child), ([age: ("AS", "017Y")], .child),
    ([age: ("AS", "018Y")], nil), ([age: ("AS", "Y")], nil), ([age: ("AS", "-01Y")], nil),
    ([born: ("DA", "20100301"), examined: ("DA", "20280229")], .child), ([born: ("DA", "20100301"), examined: ("DA", "20280301")], nil),
    ([born: ("DA", "00000000"), examined: ("DA", "20280301")], nil),
    ([imageLaterality: ("CS", "L")], .headerLaterality), ([laterality: ("CS", "R")], .headerLaterality),
    ([imageLaterality: ("CS", "U"), laterality: ("CS", "L")], nil), ([imageLaterality: ("CS", "B")], nil), ([laterality: ("CS", "")], nil),
    ([laterality: ("CS", "R"), bodyPart: ("CS", "CHEST"), position: ("CS", "PA")], nil),
    ([laterality: ("CS", "L"), bodyPart: ("CS", "CHEST")], .headerLaterality),
  ]

  @Test(arguments: rows.indices) func `modality, body part, view, laterality and age of the header raise doubts`(_ index: Int) throws {
    let row = Self.rows[index]
    let image = try GrayImage.decode(dicom(row.attributes), name: "x.dcm")
    let examination = try #require(image.source?.examination)
    #expect(ImageCheck.Doubt(examination) == row.doubt, "\(row.attributes)")
  }

  @Test func `the code of the view is read where the header has no position`() throws {
    func doubt(_ meaning: String) throws -> ImageCheck.Doubt? {
      let code = DICOMCode("399173006", "SCT", meaning)
      return try GrayImage.decode(dicom(view: code), name: "x").source?.examination.flatMap { ImageCheck.Doubt($0) }
    }
    #expect(try doubt("left lateral") == .headerLateral && doubt("right anterior oblique") == .headerOblique)
    #expect(try doubt("postero-anterior") == nil && doubt("medio-lateral oblique") == .headerOblique)
  }

  @Test func `the doubt survives image operations and stands beside the severity; strict refuses the image`() throws {
    let shell = try Shell()
    try FileBytes.write(dicom([position: ("CS", "LL")]), to: shell.path("x.dcm"))
    let severity = try #require(
      try shell.run("load x.dcm | gaussian-filter sigma=1 | resize longest=96 | segment | severity") as? SeverityReport)
    #expect(severity.severity.doubt == .headerLateral)
    #expect(severity.json.text.contains("\"doubt\": \"header_lateral\""))
    #expect(shell.notes.contains { $0.hasPrefix("the DICOM header states a lateral view") })
    let strict = try Shell(isStrict: true)
    try FileBytes.write(dicom([position: ("CS", "LL")]), to: strict.path("x.dcm"))
    try FileBytes.write(dicom([position: ("CS", "PA")]), to: strict.path("y.dcm"))
    let refused = try #require(throws: ShellFailure.self) { try strict.run("load x.dcm | segment") }
    #expect(refused.text.contains("the DICOM header states a lateral view, so --strict refuses to segment it"))
    try strict.run("s = 1; try { load x.dcm | segment } catch e { s = 2 }")
    #expect(try strict.number("s") == 2)
  }

  @Test func `a grade names all that the interval covers`() throws {
    let shell = try Shell()
    let severity = try #require(try shell.run("phantom seed=7 size=192 | segment | severity") as? SeverityReport).severity
    let interval = try #require(severity.percent).interval
    let range = Severity.Grade(percent: interval.lowerBound)...Severity.Grade(percent: interval.upperBound)
    #expect(severity.gradeRange == range && range.contains(severity.grade))
    let several = range.lowerBound != range.upperBound
    let word = several ? "\(range.lowerBound.rawValue) to \(range.upperBound.rawValue)" : severity.grade.rawValue
    #expect(severity.mayBeClear == (interval.lowerBound < 1 && severity.grade != .none))
    #expect(severity.gradeText == word + (severity.mayBeClear ? ", may be clear" : ""))
    #expect(SeverityReport(severity: severity).oneLine.contains(": \(severity.gradeText); "))
    let drawn = try #require(try shell.run("p = phantom seed=7 size=192; p.opacity | severity lungs=(p.lungs)") as? SeverityReport).severity
    #expect(drawn.gradeText == drawn.grade.rawValue && !drawn.mayBeClear, "drawn masks have no interval")
  }
}
