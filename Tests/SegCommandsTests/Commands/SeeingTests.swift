import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues
@testable import Terminal

@Suite("Seeing")
struct SeeingTests {
  @Test func `an overlay finds the picture that its mask was made from`() throws {
    let shell = try Shell()
    let overlay = try #require(
      try shell.run("phantom size=96 | threshold otsu | morph-open radius=2px | overlay color=#ff0000 alpha=100%") as? ColorImage)
    let mask = try #require(try shell.run("(phantom size=96 | threshold otsu | morph-open radius=2px)") as? Mask)
    #expect(overlay.size == mask.size)
    for row in stride(from: 0, to: 96, by: 7) {
      for column in stride(from: 0, to: 96, by: 5) where mask[row, column] {
        #expect(overlay[row, column] == RGB(red: 255, green: 0, blue: 0))
      }
    }
    #expect(try shell.run("p = phantom size=96; p.lungs | overlay legend=true") is ColorImage)
    #expect(try shell.failure("p.lungs | overlay background=(phantom size=64)").contains("belong to different images"))
    #expect(try shell.failure("p.lungs | overlay color=blurple").contains("blurple"))
  }

  @Test func `a grid marks coordinates where an image is shown or saved`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=200; p | segment | overlay grid=50px | save g.png; p | segment | overlay | save o.png")
    #expect(try shell.number("(load g.png).height") == 200)
    #expect(try shell.failure("p | show grid=1px").contains("at least 5px"))
    #expect(try shell.failure("p | histogram | show grid=50px").contains("has no pixels to show"))
  }

  @Test func `show says in words what there is to see`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=256 seed=3 opacity=30%; p.opacity | show")
    #expect(shell.written.contains("Mask "))
    #expect(shell.written.contains("right lung ") && shell.written.contains("upper ") && shell.written.contains("left lung "))
    #expect(shell.written.contains("largest region "))
    #expect(!shell.written.contains("\u{1B}"), "no drawing where there is no terminal")
    let image = try Shell()
    try image.run("phantom size=64 | show display=none")
    #expect(image.written.contains("window ") && image.written.contains("mean "))
  }

  @Test(arguments: ["blocks", "ascii", "sixel", "kitty", "iterm"]) func `show draws in characters where that is asked for`(display: String)
    throws
  {
    let shell = try Shell()
    try shell.run("phantom size=64 | show display=\(display)")
    guard !shell.notes.contains(where: { $0.contains("libchafa") }) else { return }
    let marks = ["blocks": "\u{1B}[", "ascii": "\n", "sixel": "\u{1B}P", "kitty": "\u{1B}_G", "iterm": "\u{1B}]1337"]
    #expect(shell.written.contains(try #require(marks[display])))
  }

  @Test func `the words for a picture are one line`() throws {
    for line in ["p", "p.opacity", "p.lungs", "p.image | segment", "(p.image | segment).probability"] {
      let shell = try Shell()
      try shell.run("p = phantom size=64 seed=3; (\(line)) | show display=none")
      #expect(shell.written.hasSuffix("\n") && shell.written.split(separator: "\n").count == 1, "\(line): \(shell.written)")
    }
  }

  @Test func `a histogram and a profile are drawn on a terminal, and a line of words elsewhere`() throws {
    for line in ["phantom size=64 | histogram", "phantom size=64 | profile row=2 column=2 to_row=60 to_column=60"] {
      let plain = try Shell()
      try plain.run("\(line) | show")
      #expect(plain.written.hasPrefix("Table ") && plain.written.split(separator: "\n").count == 1, "\(plain.written)")
      let shell = try Shell(screen: ImageScreen(columns: 70, rows: 30, isColored: false, isUnicode: true))
      try shell.run("\(line) | show display=blocks")
      let lines = shell.written.split(separator: "\n")
      #expect(lines.count > 12 && lines.count < 30 && lines.allSatisfy { $0.count <= 70 }, "\(shell.written)")
      #expect(shell.written.contains("intensity") && shell.written.contains("└") && shell.written.contains("Table "))
    }
  }

  @Test func `a table fits the window of a terminal`() throws {
    let shell = try Shell(screen: ImageScreen(columns: 50, rows: 20, isColored: false, isUnicode: true))
    try shell.run("1..40 | each { {n: it, square: it ^ 2, text: \"what stands here is long {it}\", more: \"and this too {it}\"} } | show")
    let lines = shell.written.split(separator: "\n")
    #expect(lines.count == 18 && lines.allSatisfy { $0.count < 50 }, "\(shell.written)")
    #expect(lines[0] == "Table 40 cases" && lines[17].hasSuffix("more cases; columns more"))
    let plain = try Shell()
    try plain.run("1..40 | each { {n: it, square: it ^ 2} } | show")
    #expect(plain.written.split(separator: "\n").count == 42)
  }

  @Test(.enabled(if: TerminalImage.isAvailable, "the Chafa library is not installed"))
  func `pictures of cases and lists stand side by side`() throws {
    let shell = try Shell(screen: ImageScreen(columns: 60, rows: 20, isColored: false, isUnicode: true))
    try shell.run("for k in 1..3 { phantom size=64 seed=k | save \"p{k}.png\" }")
    for line in ["load-cases p*.png", "1..3 | each { phantom size=64 seed=it }"] {
      let before = shell.written.count
      try shell.run("(\(line)) | show display=blocks")
      #expect(String(shell.written.dropFirst(before)).split(separator: "\n").count > 6, "\(line)")
    }
    #expect(shell.notes.allSatisfy { !$0.contains("are shown") })
    try shell.run("1..26 | each { (phantom size=32 seed=it) } | show display=ascii")
    #expect(shell.notes.contains("the first 24 of 26 are shown"))
    let before = shell.written.count
    try shell.run("[1, 2] | show display=blocks")
    #expect(String(shell.written.dropFirst(before)) == "List [1, 2]\n")
  }

  @Test func `a line says what colors mean, where there are any`() throws {
    let colored = ImageScreen(columns: 60, rows: 20)
    for (line, names) in [
      ("p", []), ("p.image | segment", ["right lung", "left lung", "opacity"]),
      ("(p.image | segment).probability", ["0 ", " 1 probability"]),
      ("p.lungs", ["right lung", "left lung"]), ("p.opacity", ["mask"]),
    ] {
      let shell = try Shell(screen: colored)
      let value = try shell.run("p = phantom size=64 seed=3 opacity=30%; (\(line))")
      let text = TerminalLegend.text(for: value, on: colored)
      #expect((text == nil) == names.isEmpty, "\(line)")
      for name in names { #expect(text?.contains(name) == true, "\(line): \(text ?? "")") }
      #expect(TerminalLegend.text(for: value, on: ImageScreen(isColored: false)) == nil)
      var few = colored
      few.hasAllColors = false
      #expect(TerminalLegend.text(for: value, on: few)?.contains("38;2;") != true)
      guard TerminalImage.isAvailable, let text else { continue }
      try shell.run("(\(line)) | show display=blocks")
      #expect(shell.written.contains(text + "\n"))
    }
  }

  @Test func `zoom looks at a part and says what lies there`() throws {
    let shell = try Shell()
    let phantom = try #require(try shell.run("p = phantom size=128 seed=3 opacity=30%") as? Phantom)
    try shell.run("p.opacity | zoom 60 50 4 display=none")
    let part = try phantom.opacity.cropped(row: 44, column: 34, size: Size(width: 32, height: 32))
    #expect(shell.written.contains("rows 44 to 75, columns 34 to 65 of 128x128, 4 times; row 60, column 50: gray "), "\(shell.written)")
    #expect(shell.written.contains(phantom.opacity[60, 50] ? "inside" : "outside"))
    #expect(shell.written.contains("the mask takes \(part.count) px"))
    #expect(shell.written.split(separator: "\n").count == 1)
    try shell.run("p | zoom 0 127 1000 display=none")
    #expect(shell.written.contains("rows 0 to 0, columns 127 to 127"))
    #expect(try shell.failure("p | zoom 128 0").contains("rows 0 to 127, columns 0 to 127"))
    #expect(try !shell.failure("p | zoom 5 5 0.5").isEmpty)
    #expect(try shell.failure("(p | segment | severity) | zoom 5 5").contains("no pixels"))
    guard TerminalImage.isAvailable else { return }
    let before = shell.written.split(separator: "\n").count
    try shell.run("p | zoom 60 50 display=blocks")
    #expect(shell.written.split(separator: "\n").count > before + 8)
  }

  @Test func `on a terminal the words are broken at blanks, and the picture leaves room for them`() throws {
    let shell = try Shell(screen: ImageScreen(columns: 40, rows: 14, isColored: false, isUnicode: true))
    try shell.run("(phantom size=64 seed=3 opacity=30%).opacity | show")
    let lines = shell.written.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.allSatisfy { $0.hasPrefix("\u{1B}") || $0.count <= 40 }, "\(shell.written)")
    #expect(lines.count <= 13, "all of it is in sight with a prompt below")
  }

  @Test func `show draws by itself where there is a terminal`() throws {
    let shell = try Shell(screen: ImageScreen(columns: 40, rows: 12, isColored: false, isUnicode: true))
    try shell.run("phantom size=64 | show")
    guard TerminalImage.isAvailable else { return }
    #expect(shell.written.split(separator: "\n").count > 8)
  }

  @Test func `a service that is lent as nothing is nothing, and one that is not lent falls back`() {
    enum Lamp: ServiceKey { static var fallback: Int? { 7 } }
    var services = Services()
    #expect(services[Lamp.self] == 7)
    services[Lamp.self] = nil
    #expect(services[Lamp.self] == nil)
    services[Lamp.self] = 3
    #expect(services[Lamp.self] == 3)
  }

  @Test func `pictures fill the screen in their own proportions`() {
    let screen = ImageScreen(columns: 80, rows: 24, cellWidth: 10, cellHeight: 20)
    #expect(TerminalImage.cells(for: Size(width: 100, height: 100), on: screen) == (42, 21))
    #expect(TerminalImage.cells(for: Size(width: 1000, height: 100), on: screen) == (79, 4))
    #expect(TerminalImage.cells(for: Size(width: 1, height: 1000), on: ImageScreen(columns: 1, rows: 1)) == (1, 1))
  }

  @Test func `help explains a command and lists all`() throws {
    let shell = try Shell()
    try shell.run("help threshold")
    #expect(shell.written.contains("IMAGE | threshold LEVEL [within=WITHIN]"))
    #expect(shell.written.contains("otsu"))
    try shell.run("help")
    #expect(shell.written.contains("Commands by task") && shell.written.contains("help all"))
    try shell.run("help all")
    for name in Registry.segsh.names { #expect(shell.written.contains("  \(name) ")) }
    #expect(try shell.failure("help treshold").contains("treshold"))
  }
}
