import Basics
import Foundation
import SegLang
import SegModel
import SegServices
import SegValues
import TestSupport
import Testing

@testable import ImageOps

/// A program of DCMTK, dicom3tools or Python that judges what was written.
private struct Judge {
  let path: String

  init?(_ name: String) {
    guard
      let found = ["/usr/bin/", "/usr/local/bin/"].map({ $0 + name }).first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      return nil
    }
    path = found
  }

  private init(path: String) { self.path = path }

  /// A Python with these modules: the one that `SEGSH_TEST_PYTHON` names, or the system's.
  static func python(_ modules: String) -> Judge? {
    let named = ProcessInfo.processInfo.environment["SEGSH_TEST_PYTHON"]
    return [named, "/usr/bin/python3"].compactMap { $0 }.map { Judge(path: $0) }.first {
      FileManager.default.isExecutableFile(atPath: $0.path) && ((try? $0.run(["-c", "import \(modules)"]))?.status ?? 1) == 0
    }
  }

  /// The exit code, and what was written to either stream.
  func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    let output = Pipe()
    (process.executableURL, process.arguments, process.standardOutput, process.standardError) = (
      URL(fileURLWithPath: path), arguments, output, output
    )
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}

/// A phantom as the DICOM file of a modality.
private enum XRayKind: String, CaseIterable, CustomTestStringConvertible {
  case cr, dx, withoutSpacing, monochrome1, compressed, accented
  var testDescription: String { rawValue }

  static let names = ["segmentation.dcm", "measurements.dcm", "presentation.dcm", "overlay.dcm"]

  var storageClass: String {
    switch self {
    case .cr, .withoutSpacing, .accented: "1.2.840.10008.5.1.4.1.1.1"
    case .dx, .monochrome1, .compressed: "1.2.840.10008.5.1.4.1.1.1.1"
    }
  }

  /// 12 bits of 4096, with a rescale that shifts them, of a patient with a name.
  func file(size: Int = 256, seed: UInt64 = 7) throws -> [UInt8] {
    let image = try Phantom.make(seed: seed, size: Size(width: size, height: size)).image
    let isInverted = self == .monochrome1
    let words = image.pixels.map { UInt16(isInverted ? 4095 - 8 * $0 : 8 * $0) }
    var meta = DICOMWriter()
    meta.add(0x0002_0002, "UI", storageClass)
    meta.add(0x0002_0003, "UI", "1.2.826.0.1.3680043.8.498.\(seed).1")
    meta.add(0x0002_0010, "UI", "1.2.840.10008.1.2.1")
    var body = DICOMWriter()
    body.add(0x0008_0005, "CS", "ISO_IR 100")
    body.add(0x0008_0008, "CS", "ORIGINAL\\PRIMARY")
    body.add(0x0008_0016, "UI", storageClass)
    body.add(0x0008_0018, "UI", "1.2.826.0.1.3680043.8.498.\(seed).1")
    body.add(0x0008_0020, "DA", "20260314")
    body.add(0x0008_0030, "TM", "101500")
    body.add(0x0008_0050, "SH", "ACC77")
    body.add(0x0008_0060, "CS", storageClass.hasSuffix("1.1.1.1") ? "DX" : "CR")
    body.add(0x0008_0070, "LO", "Maker of machines")
    body.add(0x0008_0080, "LO", "General Hospital")
    body.add(0x0010_0010, "PN", self == .accented ? Array("M".utf8) + [0xFC] + Array("ller^Jane".utf8) : Array("Doe^Jane".utf8))
    body.add(0x0010_0020, "LO", "PAT4711")
    body.add(0x0010_0030, "DA", "19600102")
    body.add(0x0010_0040, "CS", "F")
    body.add(0x0018_0015, "CS", "CHEST")
    if self != .withoutSpacing { body.add(0x0018_1164, "DS", "0.143\\0.143") }
    body.add(0x0018_5101, "CS", "PA")
    body.add(0x0020_000D, "UI", "1.2.826.0.1.3680043.8.498.\(seed).2")
    body.add(0x0020_000E, "UI", "1.2.826.0.1.3680043.8.498.\(seed).3")
    body.add(0x0020_0010, "SH", "STUDY9")
    body.add(0x0020_0011, "IS", "1")
    body.add(0x0020_0013, "IS", "1")
    body.add(0x0020_0020, "CS", "L\\F")
    body.add(0x0028_0002, number: 1)
    body.add(0x0028_0004, "CS", isInverted ? "MONOCHROME1" : "MONOCHROME2")
    for (tag, number) in [(0x0010, size), (0x0011, size), (0x0100, 16), (0x0101, 12), (0x0102, 11), (0x0103, 0)] {
      body.add(0x0028_0000 + UInt32(tag), number: UInt16(number))
    }
    body.add(0x0028_1050, "DS", "900")
    body.add(0x0028_1051, "DS", "1800")
    body.add(0x0028_1052, "DS", "-100")
    body.add(0x0028_1053, "DS", "1")
    body.add(0x7FE0_0010, "OW", words.withUnsafeBytes { Array($0) })
    var head = DICOMWriter()
    head.add(0x0002_0000, "UL", withUnsafeBytes(of: UInt32(meta.bytes.count).littleEndian) { Array($0) })
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + head.bytes + meta.bytes + body.bytes
  }
}

@Suite("DICOM results") struct DICOMResultsTests {
  private func shell(_ kind: XRayKind = .dx, _ name: String = "doe.dcm") throws -> Shell {
    let shell = try Shell()
    try FileBytes.write(kind.file(), to: shell.path(name))
    if kind == .compressed, let compressor = Judge("dcmcjpeg") {
      let outcome = try compressor.run(["+e1", shell.path(name), shell.path("compressed.dcm")])
      try #require(outcome.status == 0, "\(outcome.text)")
      try FileManager.default.removeItem(atPath: shell.path(name))
      try FileManager.default.moveItem(atPath: shell.path("compressed.dcm"), toPath: shell.path(name))
    }
    try shell.run("seg = load \(name) | segment; score = seg | severity")
    return shell
  }

  private func files(in folder: String, _ shell: Shell) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: shell.path(folder)).sorted()
  }

  private static func contains(_ bytes: [UInt8], _ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

  @Test(.enabled(if: Judge("dciodvfy") != nil, "dicom3tools is not installed"), arguments: XRayKind.allCases)
  private func `have no errors in dciodvfy, whatever the X-ray and however the patient is treated`(kind: XRayKind) throws {
    let judge = try #require(Judge("dciodvfy"))
    let shell = try shell(kind)
    for (folder, option) in [("plain", ""), ("kept", "patient=true"), ("replaced", "deidentify=true")] {
      try shell.run("score | dicom-results \(folder) \(option)")
      let names = try files(in: folder, shell)
      #expect(Set(names).isSuperset(of: XRayKind.names))
      // The test's own X-ray lacks what a DX file has to have, so its copy does, too.
      for name in names where name != "xray-deidentified.dcm" {
        let outcome = try judge.run([shell.path("\(folder)/\(name)")])
        let errors = outcome.text.split(separator: "\n").filter { $0.hasPrefix("Error") || $0.hasPrefix("Abort") }
        #expect(errors.isEmpty, "\(kind) \(folder)/\(name): \(errors)")
      }
    }
  }

  @Test(.enabled(if: Judge("dsrdump") != nil, "DCMTK's programs are not installed"))
  func `report every value with its codes and interval`() throws {
    let judge = try #require(Judge("dsrdump"))
    let shell = try shell()
    try shell.run("score | dicom-results case")
    let outcome = try judge.run(["+Pc", "+Pl", shell.path("case/measurements.dcm")])
    #expect(outcome.status == 0)
    let report = outcome.text
    for text in [
      "(126000,DCM,\"Imaging Measurement Report\")", "(OPACITYPERCENT,99SEGSH,", "(281392002,SCT,\"Upper zone of lung\")",
      "(272741003,SCT,\"Laterality\")=(24028007,SCT,\"Right\")", "(112001,DCM,\"Opacity\")", "(PI90LOW,99SEGSH,",
      "({0:18},UCUM,\"range: 0:18\")",
      "(111001,DCM,\"Algorithm Name\")=\"default\"", "SHA-256", "(246112005,SCT,\"Severity\")", "Research use, not a diagnosis.",
      "(SG image,",
    ] {
      #expect(report.contains(text), "\(text)")
    }
    let percent = try shell.number("score.percent")
    #expect(report.contains("\"\(NumberFormat.short(percent, 6))\" (%,UCUM,\"percent\")"))
    let model = try SHA256.hexDigest(of: Array(Data(contentsOf: URL(fileURLWithPath: packageFolder + "/Models/default.safetensors"))))
    #expect(report.contains(model))
    let converter = try #require(Judge("dsr2xml"))
    #expect(try converter.run([shell.path("case/measurements.dcm")]).status == 0)
  }

  @Test(
    .enabled(if: Judge.python("highdicom, pydicom") != nil, "highdicom is not installed; SEGSH_TEST_PYTHON names a Python that has it"),
    arguments: [XRayKind.cr, .dx])
  private func `are read by pydicom and highdicom with the same values`(kind: XRayKind) throws {
    let judge = try #require(Judge.python("highdicom, pydicom"))
    let shell = try shell(kind)
    try shell.run("score | dicom-results case patient=true")
    let script = """
      import sys, glob, pydicom, highdicom as hd
      folder = sys.argv[1]
      report = hd.sr.srread(folder + "/measurements.dcm").content
      for group in report.get_image_measurement_groups():
        for m in group.get_measurements(): print(group.tracking_identifier, m.name.value, m.value)
      segmentation = hd.seg.segread(folder + "/segmentation.dcm")
      print("segments", *[segmentation.get_segment_description(n).segment_label for n in segmentation.segment_numbers])
      for number in segmentation.segment_numbers:
        algorithm = segmentation.get_segment_description(number).algorithm_identification
        print("algorithm", algorithm.family.value, algorithm.name, algorithm.version, algorithm.source, algorithm.parameters["SHA-256"])
        print("threshold", algorithm.parameters["opacity probability threshold"])
      scheme = segmentation.CodingSchemeIdentificationSequence[0]
      print("scheme", scheme.CodingSchemeDesignator, scheme.CodingSchemeUID)
      studies = set()
      for name in glob.glob(folder + "/*.dcm"):
        object = pydicom.dcmread(name)
        object.walk(lambda _, element: element.value)
        studies.add((object.StudyInstanceUID, str(object.PatientID)))
      print("studies", *studies)
      """
    let outcome = try judge.run(["-W", "ignore", "-c", script, shell.path("case")])
    try #require(outcome.status == 0, "\(outcome.text)")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    for (group, property) in [("both lungs", "percent"), ("right lung", "right.percent"), ("zone C", "zones.C"), ("zone F", "zones.F")] {
      let value = try shell.number("score.\(property)")
      let line = try #require(lines.first { $0.hasPrefix("\(group) OPACITYPERCENT ") })
      let read = try #require(line.split(separator: " ").last.flatMap { Double($0) })
      #expect(abs(read - value) <= 5e-7, "\(group)")
    }
    #expect(lines.contains("segments right_lung left_lung opacity"))
    // The digest as the structured report and recipes have it: of the file of the model.
    let model = SHA256.hexDigest(of: try FileBytes.read(try ModelLibrary.path()))
    #expect(
      lines.filter { $0.hasPrefix("algorithm") }
        == [String](repeating: "algorithm 123110 default segsh \(ProgramVersion.text) segsh \(model)", count: 3))
    let thresholds = try SegmentationModel(path: ModelLibrary.path()).thresholds
    #expect(lines.filter { $0 == "threshold \(NumberFormat.short(Double(thresholds.opacity), 4))" }.count == 3)
    #expect(lines.contains("scheme 99SEGSH \(DICOMCodingScheme.segsh.identifier)"))
    #expect(lines.contains("studies ('1.2.826.0.1.3680043.8.498.7.2', 'PAT4711')"))
  }

  @Test(.enabled(if: Judge("dcmp2pgm") != nil, "DCMTK's programs are not installed"), arguments: [XRayKind.cr, .monochrome1])
  private func `let DCMTK show the X-ray as window shows it`(kind: XRayKind) throws {
    let judge = try #require(Judge("dcmp2pgm"))
    let shell = try shell(kind)
    // DCMTK refuses a presentation state without a patient.
    try shell.run("score | dicom-results case deidentify=true")
    let outcome = try judge.run([
      "-p", shell.path("case/presentation.dcm"), shell.path("case/xray-deidentified.dcm"), shell.path("shown.pgm"),
    ])
    try #require(outcome.status == 0, "\(outcome.text)")
    // P5, width, height, 255.
    let shown = Array(try shell.bytes("shown.pgm").suffix(256 * 256))
    let expected = try #require(try shell.run("load doe.dcm | window") as? GrayImage)
    let differences = zip(shown, expected.pixels).map { abs(Float($0) - $1) }
    #expect(differences.allSatisfy { $0 <= 1.01 }, "at most \(differences.max() ?? 0)")
  }

  @Test func `have the same bytes for the same X-ray, and other UIDs for another`() throws {
    let shell = try shell()
    try shell.run("score | dicom-results one; score | dicom-results two")
    let names = try files(in: "one", shell)
    #expect(names == (try files(in: "two", shell)) && Set(names).isSuperset(of: XRayKind.names))
    for name in names { #expect(try shell.bytes("one/\(name)") == shell.bytes("two/\(name)"), "\(name)") }
    try FileBytes.write(XRayKind.dx.file(seed: 8), to: shell.path("other.dcm"))
    try shell.run("load other.dcm | segment | severity | dicom-results three")
    for name in names {
      let (one, three) = (try shell.bytes("one/\(name)"), try shell.bytes("three/\(name)"))
      #expect(DICOMSegmentation.instance(of: one) != DICOMSegmentation.instance(of: three), "\(name)")
    }
  }

  @Test func `name the patient only if asked to, and nothing of the file if de-identified`() throws {
    let shell = try shell()
    try shell.run("score | dicom-results plain; score | dicom-results kept patient=true; score | dicom-results replaced deidentify=true")
    let secrets = ["Doe^Jane", "PAT4711", "19600102", "20260314", "ACC77", "STUDY9", "General Hospital"]
    for name in try files(in: "plain", shell) {
      let bytes = try shell.bytes("plain/\(name)")
      for secret in secrets { #expect(!Self.contains(bytes, secret), "\(name): \(secret)") }
      #expect(Self.contains(bytes, "1.2.826.0.1.3680043.8.498.7.2"), "\(name) belongs to the study")
      let kept = try shell.bytes("kept/\(name)")
      for secret in ["Doe^Jane", "PAT4711", "ACC77"] { #expect(Self.contains(kept, secret), "\(name): \(secret)") }
    }
    let names = try files(in: "replaced", shell)
    #expect(names.contains("xray-deidentified.dcm"))
    for name in names {
      let bytes = try shell.bytes("replaced/\(name)")
      for secret in secrets + ["1.2.826.0.1.3680043.8.498.7", "Maker of machines", "doe.dcm"] {
        #expect(!Self.contains(bytes, secret), "\(name): \(secret)")
      }
      #expect(Self.contains(bytes, "Anonymous^Patient") && Self.contains(bytes, "PS3.15 Basic Application"), "\(name)")
    }
    // The pixels, their window and their spacing are those of the original.
    let (original, copy) = (try shell.run("load doe.dcm"), try shell.run("load replaced/xray-deidentified.dcm"))
    let (first, second) = (try #require(original as? GrayImage), try #require(copy as? GrayImage))
    #expect(first.pixels == second.pixels && first.voi == second.voi && first.spacing == second.spacing)
  }

  @Test func `need a DICOM X-ray whose pixels were not moved`() throws {
    let shell = try shell()
    try shell.run("phantom size=192 | save x.png")
    #expect(try shell.failure("load x.png | segment | severity | dicom-results case").contains("made from a PNG file"))
    #expect(try shell.failure("phantom size=192 | segment | severity | dicom-results case").contains("made from no file"))
    for command in ["flip horizontal", "rotate 180deg", "resize scale=0.5", "crop row=0px column=0px height=200px width=200px"] {
      let name = command.prefix { $0 != " " }
      #expect(
        try shell.failure("load doe.dcm | \(command) | segment | dicom-results case").contains("`\(name)` moved its pixels"), "\(command)")
    }
    #expect(try shell.failure("load doe.dcm | flip horizontal | segment | save case.dcm").contains("`flip` moved its pixels"))
    #expect(!FileManager.default.fileExists(atPath: shell.path("case")))
    #expect(try shell.failure("score | dicom-results a patient=true deidentify=true").contains("only one of these options"))
    #expect(try shell.failure("score | dicom-results missing/case").contains("no folder `missing/`"))
    // Spacing and intensities may change.
    try shell.run("load doe.dcm | calibrate 0.2mm | clahe | segment | dicom-results calibrated")
    #expect(try files(in: "calibrated", shell).contains("measurements.dcm"))
  }

  @Test func `never replace the X-ray that they refer to`() throws {
    let shell = try shell(.dx, "overlay.dcm")
    let before = try shell.bytes("overlay.dcm")
    #expect(try shell.failure("score | dicom-results .").contains("is an input of this result"))
    #expect(try shell.bytes("overlay.dcm") == before)
  }

  @Test func `state corrections and doubts`() throws {
    let shell = try shell()
    try shell.run(
      "seg | exclude ellipse [[0, 0], [255, 255]] | severity | dicom-results corrected; load-table corrected/measurements.dcm | save t.csv"
    )
    let table = try shell.text("t.csv")
    #expect(table.contains("Manual corrections") && table.contains("1 correction;"))
    #expect(table.contains("Reason to review the image"))
  }

  // MARK: Read back

  @Test func `come back as a table of measurements`() throws {
    let shell = try shell()
    try shell.run("score | dicom-results case; t = load-table case/measurements.dcm")
    let table = try #require(try shell.run("t") as? Table)
    #expect(table.columns == ["group", "finding", "site", "side", "name", "value", "unit", "text", "low", "high", "code", "scheme"])
    let rows = table.rows.map { row in row.map { $0 as? String ?? ($0 as? Double).map { "\($0)" } ?? "" } }
    let both = try #require(rows.first { $0[0] == "both lungs" && $0[10] == "OPACITYPERCENT" })
    let percent = try shell.number("score.percent")
    #expect(Double(both[5]).map { abs($0 - percent) < 1e-6 } ?? false)
    #expect(both[2] == "Lung" && both[3] == "Right and left" && both[6] == "%" && both[1] == "Opacity")
    let low = try shell.number("score.intervals.percent[0]")
    #expect(Double(both[8]).map { abs($0 - low) < 1e-6 } ?? false)
    #expect(rows.count { $0[0].hasPrefix("zone ") } == 6)
    #expect(rows.contains { $0[4] == "Severity" && !$0[7].isEmpty })
    #expect(try shell.failure("load doe.dcm | load-annotations case/measurements.dcm").contains("read it with `load-table`"))
    #expect(try shell.failure("load-table doe.dcm").contains("instead of a structured report"))
    #expect(try shell.failure("load-table case/measurements.dcm texts=group").contains("a CSV file"))
  }

  @Test func `come back as the same regions from outlines and from segments`() throws {
    let shell = try shell()
    try shell.run("score | dicom-results case")
    let original = try #require(try shell.run("seg") as? Segmentation)
    for name in ["presentation.dcm", "segmentation.dcm"] {
      let read = try #require(try shell.run("load doe.dcm | load-annotations case/\(name)") as? Segmentation)
      #expect(read.lungs.labels == original.lungs.labels, "\(name)")
      #expect(read.opacity.words == original.opacity.words, "\(name)")
    }
    #expect(shell.notes.contains { $0.contains("have no area") })
  }

  @Test func `other labels mean what is stated`() throws {
    let shell = try Shell()
    let shape = #""points":[[10,10],[30,10],[30,30]]}"#
    let rest = #"{"label":"Thorax","points":[[0,0],[60,0],[60,60]]}],"imageWidth":64,"imageHeight":64}"#
    for (name, label) in [("a.json", "Infiltrate 2"), ("b.json", "opacity")] {
      try FileBytes.write(Array((#"{"shapes":[{"label":""# + label + "\"," + shape + "," + rest).utf8), to: shell.path(name))
    }
    try shell.run("phantom size=64 | load-annotations a.json")
    #expect(shell.notes.contains { $0.contains("the file has structures only (infiltrate_2, thorax)") }, "\(shell.notes)")
    let line = "phantom size=64 | load-annotations a.json labels=\"infiltrate_2=opacity, Thorax=ignore\""
    let read = try #require(try shell.run(line) as? Segmentation)
    #expect(!shell.notes.contains { $0.contains("unknown") })
    let known = try #require(try shell.run("phantom size=64 | load-annotations b.json") as? Segmentation)
    #expect(read.opacity.words == known.opacity.words && !read.opacity.isEmpty)
    #expect(try shell.failure("phantom size=64 | load-annotations a.json labels=\"Thorax=9\"").contains("labels is"))
    #expect(try shell.failure("phantom size=64 | load-annotations a.json labels=Thorax").contains("labels is"))
  }

  @Test func `images are saved as secondary captures and loaded again`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=192 seed=3; p | save p.dcm; p | save again.dcm; q = load p.dcm")
    let (p, q) = (try #require(try shell.run("p | invert | invert") as? GrayImage), try #require(try shell.run("q") as? GrayImage))
    #expect(q.pixels == p.pixels)
    #expect(try shell.bytes("p.dcm") == shell.bytes("again.dcm"))
    #expect(try shell.failure("p | gaussian-filter sigma=1px | save soft.dcm").contains("cannot hold"))
    if let judge = Judge("dciodvfy") {
      let outcome = try judge.run([shell.path("p.dcm")])
      #expect(!outcome.text.contains("Error"), "\(outcome.text)")
    }
  }
}
