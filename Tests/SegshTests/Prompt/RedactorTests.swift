import Foundation
import TestSupport
import Testing

@testable import SegServices
@testable import segsh

@Suite struct RedactorTests {
  @Test(arguments: [
    ("load chest.png | segment", "load IMAGE | segment"),
    ("img | save chest.png", "img | save chest.png"),
    ("load chest.png | load-annotations chest.json | save doe.png", "load IMAGE | load-annotations DICOM | save doe.png"),
    ("load ward/Doe_Jane.dcm | segment", "load DICOM | segment"),
    ("img = load \"Jane Doe.DCM\" ; show", "img = load DICOM ; show"),
    ("load studies/IM0001", "load DICOM"),
    ("load dimse:PACS@h.example.org:104/studies/1.2.3", "load DICOM"), ("load dimse:studies/1.2.3", "load DICOM"),
    ("send r to=dimse:PACS@h.example.org:104", "send DICOM to=dimse:PACS@h.example.org:104"),
    ("worklist dimse:PACS:secret@h.example.org:104", "worklist DICOM"),
    ("worklist dicomweb:https://u:secret@h.example.org", "worklist DICOM"),
    ("load study/1.2.840.113619", "load DICOM"),
    ("load (image)", "load (image)"),
    ("glob studies/*", "glob DICOM"),
    ("load-cases ward7/Doe*.dcm | each { it.mean }", "load-cases DICOM | each { it.mean }"),
    ("overlay mask | save out.png", "overlay mask | save out.png"),
    ("threshold 0.5 | severity", "threshold 0.5 | severity"),
  ])
  func `names of files that are read are covered`(entry: String, kept: String) {
    #expect(covered(entry) == [kept])
  }

  @Test func `what repeats a part of such a name is covered too, here and later`() {
    #expect(
      covered(
        "doe = load ward7/Doe^Jane/0001.dcm; doe | segment", "doe | overlay | save jane-overlay.png", "print \"Jane, ward7\"",
        ":save doe.seg")
        == ["DICOM = load DICOM; DICOM | segment", "DICOM | overlay | save DICOM-overlay.png", "print \"DICOM, DICOM\"", ":save DICOM.seg"])
  }

  @Test func `words of the language stay, whatever a folder is called`() {
    #expect(covered("load segment/overlay-color.dcm | segment | overlay color=red") == ["load DICOM | segment | overlay color=red"])
  }

  @Test func `a DICOM file is known by its first bytes, whatever it is called`() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    try Data(bytes).write(to: folder.url.appendingPathComponent("MuellerHans.png"))
    try folder.write("not one", to: "other.png")
    let path = folder.url.path
    #expect(covered("load \(path)/MuellerHans.png", "x | save muellerhans.csv") == ["load DICOM", "x | save DICOM.csv"])
    #expect(covered("load \(path)/other.png", "x | save other.csv") == ["load IMAGE", "x | save IMAGE.csv"])
  }

  @Test func `a folder or a pattern of DICOM files is covered, and what repeats a part of their names`() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
    try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("ward"), withIntermediateDirectories: true)
    try Data(bytes).write(to: folder.url.appendingPathComponent("ward/MuellerHans"))
    try Data(bytes).write(to: folder.url.appendingPathComponent("ward/Doe_Jane"))
    try FileManager.default.createDirectory(at: folder.url.appendingPathComponent("pictures"), withIntermediateDirectories: true)
    try folder.write("not one", to: "pictures/other.png")
    let path = folder.url.path
    for pattern in ["ward", "ward/", "ward/*", "ward/M*s", "w*/*"] {
      #expect(
        covered("rows = load-cases \(path)/\(pattern) | each { it.mean }", "rows | save muellerhans.csv")
          == ["rows = load-cases DICOM | each { it.mean }", "rows | save DICOM.csv"], "\(pattern)")
    }
    #expect(covered("load-cases \(path)/pictures") == ["load-cases IMAGE"])
    #expect(covered("load-cases \(path)/pictures/*.png") == ["load-cases IMAGE"])
  }

  /// What is kept of lines that are entered one after the other.
  private func covered(_ entries: String...) -> [String] {
    var shield = Redactor(.segsh)
    return entries.map { shield.covered($0) }
  }
}
