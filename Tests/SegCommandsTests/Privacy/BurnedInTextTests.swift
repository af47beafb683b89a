import Basics
import Foundation
import ImageOps
import SegLang
import TestSupport
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Burned-in text")
struct BurnedInTextTests {
  /// A phantom with a line of text at rows 40 and on, columns 30 and on, as `xray.png` in the shell's folder.
  private static func draw(_ text: String, pixels: Int = 20, into shell: Shell) throws {
    var image = try #require(try shell.run("phantom size=300") as? Phantom).image
    let bitmap = try #require(TextBitmap(text, pixels: pixels))
    for row in 0..<bitmap.size.height {
      for column in 0..<bitmap.size.width where bitmap.coverage[row * bitmap.size.width + column] > 100 {
        image.pixels[(40 + row) * image.size.width + 30 + column] = 255
      }
    }
    try image.write(to: shell.path("xray.png"))
  }

  @Test(.enabled(if: TextSearch.installed != nil, "Tesseract is not installed"))
  func `is a doubt when an image is saved or reported, is not shown itself, and is gone when it is covered`() throws {
    let shell = try Shell(textSearch: TextSearch.installed)
    try Self.draw("DOE, JANE 1950", into: shell)
    try shell.run("x = load xray.png; x | save a.png")
    let doubt = try #require(shell.notes.first { $0.hasPrefix("doubt: ") })
    let numbers = doubt.split { !$0.isNumber }.prefix(4).compactMap { Int($0) }
    #expect(
      numbers.count == 4 && numbers[0] <= 48 && numbers[1] >= 54 && numbers[1] < 100 && numbers[2] <= 34 && numbers[3] > 100, "\(doubt)")
    try shell.run("x | segment | overlay | save b.png; x | segment | save c.json; x | segment | report d.html; x | find-text | save e.png")
    for file in ["a.png", "b.png", "c.json", "d.html"] {
      #expect(shell.notes.contains { $0.contains("doubt: ") && $0.contains(file) }, "\(file)")
    }
    #expect(!shell.notes.contains { $0.contains("e.png") && $0.contains("doubt") })
    #expect(!shell.notes.contains { $0.contains("DOE") || $0.contains("JANE") })
    let count = shell.notes.count
    try shell.run("x | redact (x | find-text) | save f.png; x | crop row=100px column=0px height=200px width=300px | save g.png")
    try shell.run("x | save h.png check_text=false; x | save i.png names=true; phantom size=128 | save j.png")
    #expect(!shell.notes.dropFirst(count).contains { $0.contains("doubt") }, "\(shell.notes.dropFirst(count))")
    let open = try Shell(folder: shell.path("open"), privacy: .show, textSearch: TextSearch.installed)
    try Self.draw("DOE, JANE 1950", into: open)
    try open.run("x = load xray.png; x | save a.png; x | find-text")
    #expect(!open.notes.contains { $0.contains("doubt") } && open.notes.contains { $0.contains("JANE") })
  }

  @Test(
    .enabled(if: TextSearch.installed != nil, "Tesseract is not installed"),
    arguments: ["L", "AP", "R  SUPINE", "PORTABLE AP ERECT", ""])
  func `is no doubt where it marks the side or the view, or where there is none`(text: String) throws {
    let shell = try Shell(textSearch: TextSearch.installed)
    if text.isEmpty { try shell.run("phantom size=300 | save xray.png recipe=none") } else { try Self.draw(text, into: shell) }
    let mask = try #require(try shell.run("load xray.png | find-text") as? Mask)
    #expect(mask.count == 0 && shell.notes.contains("no text was found"))
  }

  // MARK: Programs that are not Tesseract

  private static let header = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"

  private func places(_ script: String, seconds: Double = 5) throws -> [TextPlace] {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "tesseract")
    #expect(chmod(path, 0o755) == 0)
    var search = TextSearch(program: path)
    search.seconds = seconds
    // Another image each time, since what was found is remembered.
    var image = GrayImage(size: Size(width: 100, height: 60), filledWith: 10)
    for index in 0..<40 { image.pixels[Int.random(in: 0..<6000)] = Float(100 + index) }
    return try search.places(in: image)
  }

  @Test func `a table is read with care: rows that make no sense are passed over`() throws {
    let rows = [
      Self.header, "5\t1\t1\t1\t1\t1\t40\t80\t80\t20\t91.5\tDOE,", "5\t1\t1\t1\t1\t2\t140\t80\t80\t20\t88\tJ\u{1B}[31mANE",
      "5\t1\t2\t1\t1\t1\t0\t0\t9\t9\t95\tSUPINE", "5\t1\t3\t1\t1\t1\t-5\t0\t9\t9\t95\tNEGATIVE",
      "5\t1\t3\t1\t1\t1\t99999999999999999999\t0\t9\t9\t95\tHUGE",
      "5\t1\t3\t1\t1\t1\t4000\t0\t9\t9\t95\tOUTSIDE", "5\t1\t3\t1\t1\t1\t0\t0\t9\t9\tnan\tNOBODY",
      "5\t1\t4\t1\t1\t1\t0\t0\t9\t9\t40\tUNSURE", "5\t1", "\u{FEFF}",
    ]
    let found = try places("cat > /dev/null; printf '\(rows.joined(separator: "\\n"))'")
    // The sheet is four times as large.
    #expect(found == [TextPlace(rows: 19..<26, columns: 9..<56, confidence: 88, text: "DOE, J[31mANE")])
  }

  @Test func `a program that fails, does not end, or does not end writing is stopped and said`() throws {
    #expect(throws: TextSearch.Problem.failed) { try places("exit 3") }
    #expect(throws: TextSearch.Problem.failed) { try places("kill -SEGV $$") }
    let start = Date()
    #expect(throws: TextSearch.Problem.tooSlow(1)) { try places("sleep 100 & sleep 100", seconds: 1) }
    #expect(throws: TextSearch.Problem.tooSlow(1)) { try places("exec >&-; sleep 100", seconds: 1) }
    #expect(throws: TextSearch.Problem.failed) { try places("exec yes") }
    #expect(Date().timeIntervalSince(start) < 60)
    #expect(throws: TextSearch.Problem.failed) {
      try TextSearch(program: "/nonexistent/tesseract").places(in: GrayImage(size: Size(width: 90, height: 90), filledWith: 3))
    }
    #expect(try places("head -c 100000 /dev/urandom").isEmpty)
  }

  @Test func `an image that was not searched is saved, and the note says so`() throws {
    let shell = try Shell(textSearch: TextSearch(program: "/bin/false"))
    try shell.run("phantom size=64 | save x.png; load x.png | save y.png")
    #expect(shell.notes.contains { $0.contains("the image was not checked for burned-in text") })
    #expect(FileManager.default.fileExists(atPath: shell.path("y.png")))
    #expect(try Shell().failure("phantom size=64 | find-text").contains("apt-get install tesseract-ocr"))
    #expect(ExternalProgram.installed("segsh-no-such-program") == nil)
  }

  @Test func `cover hides a mask or a rectangle under one intensity and leaves the rest`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=64")
    let image = try #require(try shell.run("p | invert") as? GrayImage)
    let covered = try #require(try shell.run("p | invert | redact row=60px column=10px height=20px width=5px value=7") as? GrayImage)
    for row in 0..<64 {
      for column in 0..<64 {
        let isCovered = row >= 60 && (10..<15).contains(column)
        #expect(covered.pixels[row * 64 + column] == (isCovered ? 7 : image.pixels[row * 64 + column]))
      }
    }
    let masked = try #require(try shell.run("i = p | invert; i | redact (i > 150) value=300") as? GrayImage)
    #expect(masked.pixels == image.pixels.map { $0 > 150 ? 300 : $0 } && masked.range.upperBound == 300)
    #expect(try shell.failure("p | redact").contains("one of these options is needed"))
    #expect(try shell.failure("p | redact row=99px column=0px height=2px width=2px").contains("the rectangle"))
  }
}
