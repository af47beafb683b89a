import Foundation
import SegLang
import Testing

@testable import ImageOps
@testable import SegCommands

/// A DICOM file of 4 x 3 pixels, 12 bits, whose stored numbers are 100 times their place.
private func dicom(
  _ more: (inout DICOMWriter) -> Void = { _ in }, columns: UInt16 = 4, rows: UInt16 = 3, after: (inout DICOMWriter) -> Void = { _ in }
) -> [UInt8] {
  var meta = DICOMWriter()
  meta.add(0x0002_0010, "UI", "1.2.840.10008.1.2.1")
  var body = DICOMWriter()
  body.add(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
  more(&body)
  body.add(0x0028_0002, number: 1)
  body.add(0x0028_0004, "CS", "MONOCHROME2")
  body.add(0x0028_0010, number: rows)
  body.add(0x0028_0011, number: columns)
  body.add(0x0028_0100, number: 16)
  body.add(0x0028_0101, number: 12)
  body.add(0x0028_0102, number: 11)
  body.add(0x0028_0103, number: 0)
  after(&body)
  let numbers = (0..<Int(columns) * Int(rows)).map { UInt16($0 * 100 % 4096) }
  let words = numbers.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  body.add(0x7FE0_0010, "OW", words)
  return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + meta.bytes + body.bytes
}

@Suite("Reading images, with notes on what was decided")
struct ImageReadingTests {
  @Test(arguments: [false, true])
  func `a segmentation that does not name the patient keeps nothing of the study but identifiers`(namesPatient: Bool) throws {
    // Every attribute of groups 8, 10, 18, 20 and 40 that PS3.15, table E.1-1 lists for radiographs, each with a marker.
    let marked: [(DICOMDataSet.Tag, String, String)] = [
      (0x0008_0018, "UI", "1.2.3.4"), (0x0008_0020, "DA", "19010101"), (0x0008_0021, "DA", "19010102"), (0x0008_0022, "DA", "19010103"),
      (0x0008_0023, "DA", "19010104"), (0x0008_0030, "TM", "010203"), (0x0008_0031, "TM", "010204"), (0x0008_0050, "SH", "MARK-50"),
      (0x0008_0080, "LO", "MARK-80"), (0x0008_0081, "ST", "MARK-81"), (0x0008_0090, "PN", "MARK-90"), (0x0008_1010, "SH", "MARK-1010"),
      (0x0008_1030, "LO", "MARK-1030"), (0x0008_103E, "LO", "MARK-103E"), (0x0008_1050, "PN", "MARK-1050"),
      (0x0008_1070, "PN", "MARK-1070"),
      (0x0010_0010, "PN", "MARK-NAME"), (0x0010_0020, "LO", "MARK-ID"), (0x0010_0030, "DA", "19010105"), (0x0010_0040, "CS", "F"),
      (0x0010_1010, "AS", "077Y"), (0x0010_4000, "LT", "MARK-COMMENT"), (0x0018_1000, "LO", "MARK-SERIAL"),
      (0x0018_1030, "LO", "MARK-PROTOCOL"),
      (0x0020_000D, "UI", "1.2.3.5"), (0x0020_000E, "UI", "1.2.3.6"), (0x0020_0010, "SH", "MARK-STUDY"), (0x0020_0052, "UI", "1.2.3.7"),
      (0x0020_1040, "LO", "MARK-POSITION"), (0x0020_4000, "LT", "MARK-IMAGE"),
    ]
    let xray = dicom { body in for (tag, kind, value) in marked { body.add(tag, kind, value) } }
    let size = Size(width: 4, height: 3)
    let segment = DICOMSegmentation.Segment(
      label: "Opacity", type: DICOMCode("1", "X", "Opacity"), category: DICOMCode("2", "X", "Finding"), mask: Mask(size: size, filled: true)
    )
    let file = try DICOMSegmentation(size: size, segments: [segment]).encoded(over: xray, named: "x", namesPatient: namesPatient)
    let kept = marked.filter { file.firstRange(of: Array($0.2.utf8)) != nil && $0.2.utf8.count > 1 }.map(\.2)
    let identifiers = ["1.2.3.4", "1.2.3.5", "1.2.3.6", "1.2.3.7"]
    let study = ["19010101", "010203", "MARK-50", "MARK-NAME", "MARK-ID", "19010105", "MARK-STUDY", "MARK-POSITION"]
    #expect(Set(kept) == Set(namesPatient ? identifiers + study : identifiers))
    #expect((file.firstRange(of: Array("Retain UIDs Option".utf8)) == nil) == namesPatient)
    #expect(try DICOMSegmentation.decode(file, name: "x").segments.first?.mask.count == 12)
  }

  @Test func `load notes what a file holds beyond what is read`() throws {
    let shell = try Shell()
    try FileBytes.write(dicom({ $0.add(0x0008_0068, "CS", "FOR PROCESSING") }), to: shell.path("raw.dcm"))
    try shell.run("load raw.dcm")
    #expect(
      shell.notes == ["PresentationIntentType is FOR PROCESSING: raw detector values, not processed for viewing"])
    let image = try #require(try shell.run("load raw.dcm") as? GrayImage)
    #expect(image.pixels == (0..<12).map { Float($0 * 100) })
    #expect((try shell.run("(load raw.dcm).remarks") as? String)?.hasPrefix("PresentationIntentType") == true)
  }

  @Test func `several frames are said in the note and in the line of the result`() throws {
    let shell = try Shell()
    try FileBytes.write(dicom({ $0.add(0x0028_0008, "IS", "3") }, rows: 1), to: shell.path("cine.dcm"))
    let image = try #require(try shell.run("load cine.dcm") as? GrayImage)
    #expect(image.oneLine == "4x1 12-bit, frame 1 of 3, spacing unknown")
    #expect(shell.notes == ["the file has 3 frames; only the first is read"])
  }

  @Test func `the cases of a batch name the first that a note is about and count the others`() throws {
    let shell = try Shell()
    for number in 1...3 {
      try FileBytes.write(dicom({ $0.add(0x0008_0068, "CS", "FOR PROCESSING") }), to: shell.path("case\(number).dcm"))
    }
    try FileBytes.write(dicom(), to: shell.path("case4.dcm"))
    try shell.run("load-cases case*.dcm | each { it.mean }")
    let text = "PresentationIntentType is FOR PROCESSING: raw detector values, not processed for viewing"
    #expect(shell.notes.filter { $0.contains("FOR PROCESSING") } == ["case1.dcm: \(text)", "2 more cases: \(text)"])
  }

  @Test func `window takes the file's windows by number and by name, and says which there are`() throws {
    let shell = try Shell()
    let bytes = dicom(after: {
      $0.add(0x0028_1050, "DS", "600\\200")
      $0.add(0x0028_1051, "DS", "1000\\101")
      $0.add(0x0028_1055, "LO", "WIDE\\SOFT TISSUE")
    })
    try FileBytes.write(bytes, to: shell.path("x.dcm"))
    try shell.run("x = load x.dcm")
    // ((x - 599.5) / 999 + 0.5) * 255, C.11.2.1.2.1
    #expect(abs(try shell.number("(x | window)[0, 3]") - ((300 - 599.5) / 999 + 0.5) * 255) < 1e-4)
    for preset in ["2", "\"soft tissue\"", "\"SOFT TISSUE\""] {
      #expect(abs(try shell.number("(x | window preset=\(preset))[0, 2]") - ((200 - 199.5) / 100 + 0.5) * 255) < 1e-4)
    }
    #expect(try shell.number("(x | window preset=wide)[0, 3]") == shell.number("(x | window)[0, 3]"))
    #expect(try shell.failure("x | window preset=bone").contains("the image has no window `bone`; available: 1 (WIDE), 2 (SOFT TISSUE)"))
    #expect(try shell.failure("x | window preset=1 center=5 width=9").contains("only one of these options can be given"))
    #expect(try shell.failure("phantom size=64 | window preset=1").contains("the image has no stored display window"))
  }

  @Test func `ruler takes angles in mm where pixels are not square, as measure-angle does`() throws {
    let shell = try Shell()
    try FileBytes.write(
      dicom(columns: 41, rows: 31, after: { $0.add(0x0028_0030, "DS", "0.2\\0.3") }), to: shell.path("x.dcm"))
    try shell.run("x = load x.dcm")
    let angle = try shell.number("(x | measure-distance row=0 column=0 to_row=30 to_column=40).angle")
    #expect(abs(angle + atan2(30 * 0.2, 40 * 0.3) * 180 / .pi) < 1e-9)
    let other = try shell.number("x | measure-angle row=0 column=0 from_row=0 from_column=40 to_row=30 to_column=40")
    #expect(abs(angle + other) < 1e-9)
    #expect(
      abs(try shell.number("((phantom size=64).image | measure-distance row=0 column=0 to_row=30 to_column=40).angle") + 36.86989764584402)
        < 0.01)
  }

  @Test func `masks of more than one number inside are noted`() throws {
    let shell = try Shell()
    try shell.run(
      "p = phantom size=64; p.image | save gray.png recipe=none; p.lungs | save lungs.png recipe=none; p.opacity | save m.png recipe=none")
    try shell.run("load-mask m.png")
    #expect(!shell.notes.contains { $0.contains("values") })
    try shell.run("load-mask lungs.png")
    #expect(shell.notes.last == "the file has 3 different values; every nonzero pixel belongs to the mask")
  }

  @Test(arguments: [0.5, 2, 8, 40]) func `clahe gives a 12-bit image what it gives its 8-bit form, and its limit matters`(limit: Double)
    throws
  {
    let size = Size(width: 96, height: 80)
    let eight = (0..<size.count).map { index -> Float in
      let (row, column) = (index / size.width, index % size.width)
      return Float((row * 5 + column * column / 7 + (row * column) % 13) % 256)
    }
    let narrow = GrayImage(size: size, pixels: eight)
    let wide = GrayImage(size: size, pixels: eight.map { $0 * 4095 / 255 }, range: 0...4095, bitDepth: 12)
    let (one, other) = (
      try narrow.contrastLimitedEqualized(clipLimit: limit), try wide.contrastLimitedEqualized(clipLimit: limit)
    )
    #expect(other.range == 0...4095)
    let worst = zip(one.pixels, other.pixels).map { abs($0 - $1 * 255 / 4095) }.max() ?? 0
    #expect(worst <= 1, "\(worst) levels")
    let unlimited = try wide.contrastLimitedEqualized(clipLimit: 1000)
    #expect(limit >= 40 || other.pixels != unlimited.pixels)
  }
}
