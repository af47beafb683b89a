import Basics
import Foundation
import ImageOps
import SegLang
import TestSupport
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Names of files that may identify a patient")
struct PrivacyTests {
  /// Parts of a planted name: of the folder, the file, and the header.
  private static let marks = ["Doe_Jane", "1950", "Roe", "Richard", "Smith"]

  /// A DICOM file of 8 x 8 pixels whose header names a patient, written by hand.
  private static func dicom() -> [UInt8] {
    func element(_ group: UInt16, _ number: UInt16, _ kind: String, _ value: [UInt8]) -> [UInt8] {
      let value = value.count % 2 == 0 ? value : value + [kind == "UI" ? 0 : 32]
      let head = [UInt8(group & 255), UInt8(group >> 8), UInt8(number & 255), UInt8(number >> 8)] + Array(kind.utf8)
      let count = value.count
      let length =
        kind == "OW"
        ? [0, 0] + [UInt8(count & 255), UInt8(count >> 8), 0, 0] : [UInt8(count & 255), UInt8(count >> 8)]
      return head + length + value
    }
    func text(_ group: UInt16, _ number: UInt16, _ kind: String, _ text: String) -> [UInt8] {
      element(group, number, kind, Array(text.utf8))
    }
    func short(_ number: UInt16, _ value: UInt8) -> [UInt8] { element(0x28, number, "US", [value, 0]) }
    let meta = text(2, 0x10, "UI", "1.2.840.10008.1.2.1")
    let pixels = (0..<64).flatMap { [UInt8($0 * 3), UInt8($0 % 4)] }
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + element(2, 0, "UL", [UInt8(meta.count), 0, 0, 0]) + meta
      + text(0x10, 0x10, "PN", "Smith^Roe") + short(2, 1) + text(0x28, 4, "CS", "MONOCHROME2") + short(0x10, 8) + short(0x11, 8)
      + short(0x100, 16) + short(0x101, 10) + short(0x102, 9) + short(0x103, 0) + element(0x7FE0, 0x10, "OW", pixels)
  }

  private func shell(privacy: NamePrivacy = .hide) throws -> Shell {
    let shell = try Shell(privacy: privacy)
    let folder = shell.path("Doe_Jane 1950")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try shell.run("phantom size=96 | save plain.png recipe=none")
    try FileManager.default.moveItem(atPath: shell.path("plain.png"), toPath: folder + "/Richard_7.png")
    try Data(Self.dicom()).write(to: URL(fileURLWithPath: folder + "/Roe.dcm"))
    try Data("no image".utf8).write(to: URL(fileURLWithPath: folder + "/Smith.png"))
    return shell
  }

  /// Everything that can be written of a PNG, a DICOM file and a cohort of both.
  private static let lines = [
    "x = load \"Doe_Jane 1950/Richard_7.png\"; seg = x | segment; score = seg | severity",
    "x | invert | save a.png; x | invert | save b.tif; x | save c.npy; seg | overlay | save d.png; score | save e.json; score | save f.csv",
    "x | info | save g.json; x | info | save h.csv; explain score.percent sensitivity=false | save i.json; explain x.mean | save j.json",
    "{a: x.name, b: \"{x.stem}-later\", c: [x.name], d: {e: x.stem}} | save k.csv; {a: x.name, b: \"of {x.stem}!\"} | save l.json",
    "x | histogram | plot | save m.svg; x | histogram | save n.csv; x | profile row=3 column=3 to_row=20 to_column=20 | save o.csv",
    "rows = load-cases \"Doe_Jane 1950/*\" | each errors=keep { {mean: it.mean, who: it.name, what: \"{it.stem}: {it.width}\"} }",
    "rows | save p.csv; rows | save q.json; rows | plot x=who y=mean | save r.svg; rows | plot x=case y=mean | save s.png",
    "for f in (glob \"Doe_Jane 1950/*\") { {file: f.name, stem: f.stem, path: f} | save t.csv; {file: f} | save u.json }",
    "load-cases \"Doe_Jane 1950/R*\" | each { it | threshold otsu | save \"v-{it.width}.png\" }",
    "load-cases \"Doe_Jane 1950\" | save w.json; load \"Doe_Jane 1950/Roe.dcm\" | rescale-intensity in_low=0 in_high=255 | save y.png",
    "score | report z.html; seg | save seg.json; seg | save seg.coco.json; m = x | load-annotations seg.json; m | severity | save aa.csv",
    "seg | save af.xml; seg | save ag.geojson; seg | save ah.zip; seg | save ai.seg.nrrd; seg | save aj.txt; x | save ak.nii; x | save al.nrrd",
    "x | sweep level=[100, 120] { (it > level) } | save ab.svg",
    "all = load-cases \"Doe_Jane 1950/*\" | each errors=keep { it | segment | severity }; all | report ac.html; all | save ad.csv",
    "x | redact row=0px column=0px height=5px width=5px | save ae.jpg",
  ]

  @Test func `are in nothing that is written, whatever the format and the way there`() throws {
    let shell = try shell()
    let before = Set(try FileManager.default.subpathsOfDirectory(atPath: shell.folder))
    for line in Self.lines {
      let outcome = try shell.execute(line)
      #expect(!outcome.hasErrors, "\(line)\n\(Renderer().render(outcome.diagnostics))")
    }
    let written = try FileManager.default.subpathsOfDirectory(atPath: shell.folder).filter { !before.contains($0) }
    #expect(written.count > 33)
    for name in written {
      let text = String(decoding: try shell.bytes(name), as: UTF8.self).withoutEncodedData
      for mark in Self.marks { #expect(!text.contains(mark), "\(name) contains \(mark)") }
    }
    #expect(try shell.text("p.csv").hasPrefix("case,mean,who,what,error\ninput1.png,"))
    #expect(try shell.text("k.csv").contains("input1.png,input1-later,[input1.png],input1"))
    // What is hidden is named with the way out, and the screen still says which case is which.
    #expect(shell.notes.contains { $0.hasPrefix("p.csv omits the names of input files") && $0.contains("names=true") })
    #expect(try shell.run("rows").details.contains { $0.hasPrefix("Richard_7.png") })
    #expect(try shell.run("x | info").details.contains { $0.contains("input1.png") })
  }

  @Test func `are in a file when the user asks for it, or sets phi=show`() throws {
    let shell = try shell()
    try shell.run("rows = load-cases \"Doe_Jane 1950/R*\" | each { it.mean }; rows | save a.csv names=true; rows | save b.csv")
    #expect(try shell.text("a.csv").contains("\nRichard_7.png,"))
    #expect(try shell.text("a.csv.recipe.json").contains("Doe_Jane 1950/Richard_7.png"))
    #expect(try !shell.text("b.csv").contains("Richard"))
    let open = try self.shell(privacy: .show)
    try open.run("rows = load-cases \"Doe_Jane 1950/R*\" | each { it.mean }; rows | save a.csv; rows | save b.csv recipe=anonymous")
    #expect(try open.text("a.csv").contains("\nRichard_7.png,") && open.text("b.csv").contains("\nRichard_7.png,"))
    #expect(try open.text("a.csv.recipe.json").contains("Richard_7") && !open.text("b.csv.recipe.json").contains("Richard_7"))
  }

  @Test func `are in no lock: neither names nor stems nor what was made of them, nor a digest of these`() throws {
    let shell = try shell()
    let recorder = StepRecorder(.segsh)
    var host = shell.host
    host.stepped = { recorder.take($0, $1) }
    let text = """
      seglang 1
      x = load "Doe_Jane 1950/Roe.dcm"
      stem = x.stem
      r = {case: x.stem, file: x.name, mean: x.mean}
      print "{x.stem} and {x.name}"
      rows = load-cases "Doe_Jane 1950/*" | each { {mean: it.mean, who: it.stem} } errors=keep
      print rows
      for f in (glob "Doe_Jane 1950/*") { print "{f.stem} {f}" }

      """
    let outcome = Session(registry: .segsh, host: host, mode: .script).execute(text)
    #expect(!outcome.hasErrors && outcome.casesLeftOut == 1)
    let lock = RunLock(script: text, parameters: ["image": "Doe_Jane 1950/Roe.dcm", "k": "7"], recorder: recorder, outcome: outcome)
    for mark in Self.marks { #expect(!lock.text.withoutEncodedData.contains(mark), "\(mark)") }
    #expect(lock.parameters.map(\.literal) == ["input1.dcm", "7"])
    #expect(!lock.text.contains(SHA256.hexDigest(of: Array("Text \"Roe\"".utf8))))
    #expect(lock.run.failures.map(\.name) == ["input3.png"] && lock.run.failures[0].reason.contains("`input3.png`"))
    #expect(try RunLock(parsing: Array(lock.text.utf8), path: "x").text == lock.text)
  }

  @Test(arguments: [
    ("ward/Doe_Jane.png", "input1.png"), ("saved Doe_Jane.png", "saved input1.png"), ("xDoe_Janex", "xinput1x"),
    ("in ward: 7", "in folder1: 7"),
    ("forward", "forward"), ("17 px of 7", "17 px of 7"), ("7.png", "input2.png"), ("19017 and 9017", "19017 and input5"),
    ("case-1 and case-12", "input3 and case-12"), ("severe", "severe"),
    ("severe.png", "input4.png"), ("nothing", "nothing"), ("", ""),
  ])
  func `are found in a text as wholes`(text: String, hidden: String) {
    var names = FileNames(.segsh)
    for name in ["ward/Doe_Jane.png", "7.png", "case-1.png", "severe.png", "patients/9017.tif"] {
      _ = names.name(of: StepFile(role: .input, name: name, byteCount: 1) { nil })
    }
    #expect(names.hidden(text) == hidden)
    #expect(names.hiding(text, named: "stem") as? String == (text == "severe" ? "input4" : hidden))
  }
}
