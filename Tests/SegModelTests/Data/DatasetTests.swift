import Basics
import Foundation
import TestSupport
import Testing

@testable import ImageOps
@testable import SegModel

@Suite struct DatasetTests {
  /// An image of 40 × 32 pixels with two squares as lungs and one as opacity.
  static func addCase(
    _ name: String, to folder: TemporaryFolder, under root: String = "", opacity: Bool = true, bothLungsAlike: Bool = false
  )
    throws
  {
    let size = Size(width: 40, height: 32)
    func inside(_ index: Int, rows: Range<Int>, columns: Range<Int>) -> Bool {
      rows.contains(index / size.width) && columns.contains(index % size.width)
    }
    let right = { inside($0, rows: 6..<26, columns: 4..<16) }
    let left = { inside($0, rows: 6..<26, columns: 24..<36) }
    let opaque = { inside($0, rows: 16..<26, columns: 4..<16) }
    let root = root.isEmpty ? "" : "\(root)/"
    for kind in ["images", "lungs", "opacity"] {
      try FileManager.default.createDirectory(atPath: folder.file("\(root)\(kind)"), withIntermediateDirectories: true)
    }
    let pixels = (0..<size.count).map { Float(opaque($0) ? 140 : right($0) || left($0) ? 60 : 220) }
    try GrayImage(size: size, pixels: pixels).write(to: folder.file("\(root)images/\(name)"))
    let labels = (0..<size.count).map { UInt32(right($0) ? 1 : left($0) ? (bothLungsAlike ? 1 : 2) : 0) }
    try LabelImage(size: size, labels: labels).write(to: folder.file("\(root)lungs/\(name)"))
    if opacity {
      try LabelImage(size: size, labels: (0..<size.count).map { opaque($0) ? 3 : 0 }).write(to: folder.file("\(root)opacity/\(name)"))
    }
  }

  private let header =
    "set,file,patient,fold,finding,survival,intubated,went_icu,geographic_extent,brixia_senior,"
    + "brixia_A,brixia_B,brixia_C,brixia_D,brixia_E,brixia_F\n"

  private func tableFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png"] { try Self.addCase(name, to: folder, under: "opacity") }
    for name in ["c.png", "d.png"] { try Self.addCase(name, to: folder, under: "lungs", opacity: false, bothLungsAlike: true) }
    let rows = [
      "opacity,a.png,p1,0,COVID-19,Y,N,,3.3,7,1,2,1,0,1,2", "opacity,b.png,p2,1,,N,Y,Y,,,,,,,,",
      "lungs,c.png,p1,0,,,,,,0,0,0,0,0,0,0", "lungs,d.png,p3,,,,,,,,,,,,,",
    ]
    _ = try folder.write(Array((header + rows.map { "\($0)\n" }.joined()).utf8), to: "cases.csv")
    return folder
  }

  @Test func `reads cases and their scores`() throws {
    let folder = try tableFolder()
    let dataset = try Dataset(path: folder.path + "/")
    #expect(dataset.cases.map(\.id) == ["opacity/a.png", "opacity/b.png", "lungs/c.png", "lungs/d.png"])
    let first = dataset.cases[0]
    #expect(first.geographicExtent == 3.3 && first.brixia == 7 && first.brixiaZones == [1, 2, 1, 0, 1, 2])
    #expect(first.survived == true && first.intubated == false && first.wentToICU == nil)
    #expect(dataset.cases[1].brixiaZones == nil && dataset.cases[2].isKnownToBeClear)
  }

  /// Clear, unlabeled and not frontal images, each with a fold of its own.
  private func unmaskedFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for set in ["clear", "clear224", "pneumonia", "not-frontal"] { try Self.addCase("x.png", to: folder, under: set, opacity: false) }
    let rows = [
      "clear,x.png,q1,0,No Finding,", "clear224,x.png,,1,Normal,", "pneumonia,x.png,q2,0,Pneumonia,patient also in the Cohen collection",
      "not-frontal,x.png,q3,1,lateral,",
    ]
    _ = try folder.write(Array(("set,file,patient,fold,finding,note\n" + rows.map { "\($0)\n" }.joined()).utf8), to: "cases.csv")
    return folder
  }

  @Test func `reads sets without masks`() throws {
    let (masked, unmasked) = (try tableFolder(), try unmaskedFolder())
    let dataset = try Dataset(paths: [masked.path, unmasked.path])
    #expect(dataset.cases.suffix(4).map(\.kind) == [.clear, .clear, .unlabeled, .notFrontal])
    #expect(dataset.cases.suffix(4).map(\.id) == ["clear/x.png", "clear224/x.png", "pneumonia/x.png", "not-frontal/x.png"])
    let clear = dataset.cases[4]
    #expect(clear.isKnownToBeClear && clear.brixia == 0 && clear.geographicExtent == 0 && clear.lungsPath == nil)
    #expect(!dataset.cases[6].isKnownToBeClear && ImageCheck.Doubt(of: dataset.cases[7]) == .lateral)
    let sample = try TrainingSample(clear, side: 32)
    #expect(sample.isKnown == [false, false, true] && sample.truth.allSatisfy { $0 == 0 } && sample.scores.zones == [0, 0, 0, 0, 0, 0])
    #expect(try TrainingSample(clear, side: 64).isSmall && !sample.isSmall, "40 x 32 pixels")
    #expect(try TrainingSample(dataset.cases[6], side: 32).isKnown == [false, false, false], "unknown without a teacher")
    #expect(try dataset.training(without: 0).map(\.patient) == ["p2", "p3", "clear224/x.png", "q3"])
    #expect(try dataset.training(without: nil, unmaskedFold: 0).map(\.patient) == ["p1", "p2", "p1", "p3", "clear224/x.png", "q3"])
    #expect(throws: DatasetError.unknownFold(3, known: [0, 1])) { try dataset.training(without: nil, unmaskedFold: 3) }
    #expect(try dataset.heldOut(fold: 1, kind: .clear).map(\.id) == ["clear224/x.png"])
    #expect(throws: DatasetError.sameCase(id: "opacity/a.png", path: masked.path)) { try Dataset(paths: [masked.path, masked.path]) }
    #expect(CaseRecord.Kind(set: "opacity2") == .opacity && CaseRecord.Kind(set: "clears") == nil && CaseRecord.Kind(set: "") == nil)
  }

  @Test func `holds out patients in every set`() throws {
    let folder = try tableFolder()
    let dataset = try Dataset(path: folder.path)
    #expect(dataset.folds == [0, 1])
    #expect(try dataset.heldOut(fold: 0).map(\.id) == ["opacity/a.png"])
    #expect(try dataset.training(without: 0).map(\.id) == ["opacity/b.png", "lungs/d.png"], "the lung image of the patient stays out too")
    #expect(try dataset.training(without: nil).count == 4)
    #expect(throws: DatasetError.unknownFold(7, known: [0, 1])) { try dataset.training(without: 7) }
  }

  @Test func `every scored case has a fold of its scores`() throws {
    let folder = try tableFolder()
    for (name, patient) in [("e.png", "101"), ("f.png", "101"), ("g.png", "57"), ("h.png", "8"), ("i.png", "253")] {
      try Self.addCase(name, to: folder, under: "lungs", opacity: false, bothLungsAlike: true)
      let old = try String(contentsOfFile: folder.file("cases.csv"), encoding: .utf8)
      _ = try folder.write(Array((old + "lungs,\(name),\(patient),,,,,,,0,0,0,0,0,0,0\n").utf8), to: "cases.csv")
    }
    let dataset = try Dataset(path: folder.path)
    func fold(_ id: String) -> Int? { dataset.cases.first { $0.id == id }.flatMap { dataset.scoreFold(of: $0) } }
    #expect(fold("opacity/a.png") == 0 && fold("opacity/b.png") == 1 && fold("lungs/c.png") == 0, "the patient's own fold")
    #expect(fold("lungs/d.png") == nil, "nothing was scored")
    let derived = ["lungs/e.png", "lungs/g.png", "lungs/h.png", "lungs/i.png"].map(fold)
    #expect(derived.allSatisfy { $0 == 0 || $0 == 1 } && Set(derived).count == 2, "spread over the folds")
    #expect(fold("lungs/e.png") == fold("lungs/f.png"), "one patient, one fold")
    let record = try #require(dataset.cases.first { $0.id == "lungs/e.png" })
    let (known, hidden) = (try TrainingSample(record, side: 32), try TrainingSample(record, side: 32, knowsScores: false))
    #expect(known.scores.zones == [0, 0, 0, 0, 0, 0] && known.isKnown[2], "a score of 0 says that nothing is opaque")
    #expect(hidden.scores.isEmpty && !hidden.isKnown[2] && hidden.isKnown[0])
  }

  @Test func `reads a plain folder`() throws {
    let folder = try TemporaryFolder()
    try Self.addCase("x.png", to: folder)
    try Self.addCase("y.png", to: folder, opacity: false)
    let dataset = try Dataset(path: folder.path)
    #expect(dataset.cases.map(\.id) == ["x.png", "y.png"])
    #expect(dataset.cases.map(\.kind) == [.opacity, .lungs])
    #expect(dataset.folds.isEmpty)
  }

  @Test func `says what is wrong`() throws {
    let folder = try tableFolder()
    let table = folder.file("cases.csv")
    #expect(throws: DatasetError.noCases(path: folder.file("opacity/images"))) { try Dataset(path: folder.file("opacity/images")) }
    func expect(_ row: String, _ error: DatasetError) throws {
      _ = try folder.write(Array("set,file,survival\n\(row)\n".utf8), to: "cases.csv")
      #expect(throws: error) { try Dataset(path: folder.path) }
    }
    try expect("opacity,z.png,", .missingFile(path: folder.file("opacity/images/z.png"), table: table, line: 2))
    try expect("lateral,a.png,", .unknownSet(path: table, line: 2, name: "lateral"))
    try expect("opacity,../a.png,", .invalidFileName(path: table, line: 2, name: "../a.png"))
    try expect("opacity,a.png,maybe", .invalidAnswer(path: table, line: 2, column: "survival", text: "maybe"))
    _ = try folder.write(Array("file\na.png\n".utf8), to: "cases.csv")
    #expect(throws: CSVError.missingColumn(path: table, column: "set")) { try Dataset(path: folder.path) }
  }

  @Test func `makes samples at working resolution`() throws {
    let folder = try tableFolder()
    let cases = try Dataset(path: folder.path).cases
    let sample = try TrainingSample(cases[0], side: 64)
    #expect(sample.isKnown == [true, true, true])
    let row = 40 * 64
    #expect(sample.truth[row + 16] & 7 == 5 && sample.truth[row + 48] & 7 == 2 && sample.truth[row + 32] == 0)
    #expect(abs(sample.pixels[row + 32] - 1) < 1e-5 && abs(sample.pixels[row + 48]) < 1e-5 && abs(sample.pixels[row + 16] - 0.5) < 1e-5)
    let lungs = try TrainingSample(cases[2], side: 64)
    #expect(lungs.truth[row + 16] & 7 == 1 && lungs.truth[row + 48] & 7 == 2, "one mask of both lungs is split")
    #expect(lungs.isKnown == [true, true, true], "a Brixia score of 0 says that there is no opacity")
    #expect(try TrainingSample(cases[3], side: 64).isKnown == [true, true, false])
  }

  @Test func `a lung that was not drawn is unknown`() throws {
    let folder = try tableFolder()
    let size = Size(width: 40, height: 32)
    try LabelImage(size: size, labels: (0..<size.count).map { $0 % 40 > 24 ? 2 : 0 }).write(to: folder.file("opacity/lungs/a.png"))
    #expect(try TrainingSample(Dataset(path: folder.path).cases[0], side: 32).isKnown == [false, true, true])
  }

  @Test func `refuses a mask of another size`() throws {
    let folder = try tableFolder()
    try LabelImage(size: Size(width: 8, height: 8), labels: [UInt32](repeating: 1, count: 64)).write(to: folder.file("opacity/lungs/a.png"))
    let record = try Dataset(path: folder.path).cases[0]
    #expect(throws: DatasetError.sizeMismatch(mask: folder.file("opacity/lungs/a.png"), found: "8x8", expected: "40x32")) {
      try TrainingSample(record, side: 32)
    }
  }
}
