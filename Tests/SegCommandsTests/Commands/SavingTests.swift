import Foundation
import ImageOps
import SegLang
import Testing

@testable import SegCommands

/// No value changes on its way into a file without a note or an error.
@Suite("Saving values")
struct SavingTests {
  /// An 8-bit image with the intensities 0, 5, 100 and 215.
  private static func shell() throws -> Shell {
    let shell = try Shell()
    let size = Size(width: 4, height: 8)
    let pixels = (0..<size.count).map { [Float(0), 5, 100, 215][$0 % 4] }
    try GrayImage(size: size, pixels: pixels).write(to: shell.path("gray.png"))
    try shell.run("x = load gray.png")
    return shell
  }

  /// The notes of a line.
  private static func notes(_ shell: Shell, _ line: String) throws -> String {
    let before = shell.notes.count
    try shell.run(line)
    return shell.notes.dropFirst(before).joined(separator: "\n")
  }

  @Test func `what 8 bits cannot hold is kept in 16, which a note says`() throws {
    let shell = try Self.shell()
    let notes = try Self.notes(shell, "y = x * 2; y | save t.png")
    #expect(notes.contains("saved with 16 bits per pixel, because 8 bits cannot hold intensities up to 510"))
    #expect(notes.contains("PNG does not keep the nominal range 0 to 510 (when read again, 40% refers to 0 to 65535)"))
    #expect(try shell.number("y[0, 1]") == 10 && shell.number("(load t.png)[0, 1]") == 10 && shell.number("(load t.png).max") == 430)
    #expect(try Self.notes(shell, "x | save same.png") == "saved same.png")
    #expect(try Self.notes(shell, "x | save same.png depth=16").contains("range 0 to 255"))
  }

  @Test func `what a PNG would distort is refused with a way out`() throws {
    let shell = try Self.shell()
    for (value, range) in [
      ("(x / 1000)", "from 0 to 0.215 with fractions"), ("(x - 100)", "from -100 to 115"), ("(x * 1000)", "from 0 to 215000"),
    ] {
      let failure = try shell.failure("\(value) | save t.png")
      #expect(
        failure.contains(range) && failure.contains(".npy or .tif") && failure.contains("rescale-intensity out_high=65535"), "\(failure)")
      #expect(!FileManager.default.fileExists(atPath: shell.path("t.png")))
      for ending in ["tif", "npy"] {
        try shell.run("\(value) | save t.\(ending)")
        #expect(try shell.number("(load t.\(ending)).max") == shell.number("\(value).max"))
        #expect(try shell.number("(load t.\(ending)).min") == shell.number("\(value).min"))
      }
      try shell.run("\(value) | rescale-intensity out_high=65535 | save spread.png")
    }
  }

  @Test func `rounding, spreading and losses are noted`() throws {
    let shell = try Self.shell()
    #expect(try Self.notes(shell, "x | gaussian-filter sigma=1px | save t.png").contains("rounded to whole numbers"))
    #expect(try Self.notes(shell, "x * 2 | save t.png depth=8").contains("intensities 0 to 510 were rescaled to 0 to 255"))
    let jpeg = try Self.notes(shell, "x * 2 | save t.jpg")
    #expect(jpeg.contains("were rescaled to 0 to 255") && jpeg.contains("JPEG is lossy"))
    #expect(try Self.notes(shell, "x | save t.tif") == "saved t.tif")
    #expect(try Self.notes(shell, "(x > 50) | overlay background=x | save t.jpg").contains("JPEG is lossy"))
    try shell.run("p = phantom size=64; s = p | segment")
    #expect(try Self.notes(shell, "s.probability | save q.png").contains("probabilities 0 to 1 were rescaled to 0 to 65535"))
    #expect(try Self.notes(shell, "s.probability | save q.tif").contains("32-bit floating point"))
    #expect(try Self.notes(shell, "p.image | save q.png").contains("PNG does not keep the pixel spacing 5.81 mm"))
    #expect(try Self.notes(shell, "p.opacity | save q.npy").contains("NPY does not keep the pixel spacing"))
    #expect(
      try Self.notes(shell, "p.lungs | save q.png").contains("the label names (load-labels with lungs=true restores them)"))
  }

  @Test func `JSON says that it holds no pixels, and what became null`() throws {
    let shell = try Self.shell()
    for value in ["x", "(x > 50)", "(x > 50 | connected-components)", "[x, 3]", "{image: x}"] {
      #expect(try Self.notes(shell, "\(value) | save t.json").contains("without its pixels"), "\(value)")
    }
    #expect(try Self.notes(shell, "[1, 2.5] | save t.json") == "saved t.json")
    #expect(try shell.text("t.json") == "[1, 2.5]\n")
    #expect(try Self.notes(shell, "x | compare-images x | save t.json").contains("not finite were written as null"))
  }

  @Test func `a batch notes each loss once`() throws {
    let shell = try Self.shell()
    try shell.run("x | save a1.png; x | save a2.png; x | save a3.png")
    let notes = try Self.notes(shell, #"load-cases "a*.png" | each { it * 2 | save "{it.stem}-doubled.png" }"#)
    #expect(notes.components(separatedBy: "16 bits per pixel").count == 2, "\(notes)")
  }
}
