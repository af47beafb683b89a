import Foundation
import FoundationXML
import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

@Suite("Cases, tables and sweeps")
struct CaseCommandTests {
  private func folder() throws -> Shell {
    let shell = try Shell()
    try shell.run("for k in 1..3 { phantom size=64 seed=k | save \"p{k}.png\" }")
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: shell.path("note.txt")))
    return shell
  }

  @Test func `a folder and a pattern name pictures, each read when its turn comes`() throws {
    let shell = try folder()
    #expect(try shell.run("cases = load-cases .").oneLine == "3 images: p1.png, p2.png, p3.png")
    #expect(try shell.run("load-cases p[12].png | where { it.stem == \"p2\" }").oneLine == "1 image: p2.png")
    #expect(try shell.number("cases[1].width") == 64)
    #expect(try shell.run("cases[2] == cases[2]").oneLine.contains("64x64"))
    #expect(try shell.failure("cases[3]").contains("index 3 is out of range: 3 items"))
    #expect(try shell.failure("load-cases nothing") == "`load-cases`: no image in `nothing`")
    try shell.run("load-cases . spacing=0.5mm | each { it.spacing }")
  }

  @Test func `each gives a table with a row a case, which is saved as CSV`() throws {
    let shell = try folder()
    try shell.run("load-cases . | each { {mean: it.mean, size: {w: it.width}} } | sort by=size.w | save rows.csv recipe=none names=true")
    let lines = try shell.text("rows.csv").split(separator: "\n")
    #expect(lines.first == "case,mean,size.w")
    #expect(lines.dropFirst().map { $0.prefix(7) } == ["p1.png,", "p2.png,", "p3.png,"])
    #expect(try shell.run("load-cases . | each { it.width }").oneLine == "3 cases: case, value")
    #expect(try shell.run("[1, 2] | each { it * 2 }").oneLine == "[2, 4]")
    #expect(try shell.run("(1..2 | each { {a: it} })[1].case").oneLine == "2")
    #expect(try shell.run("(load-cases . | each { it > 100 }).count").oneLine == "3")
    try shell.run("load-cases . | each { it | resize longest=32px | save \"small-{it.stem}.png\" }")
    #expect(FileManager.default.fileExists(atPath: shell.path("small-p3.png")))
  }

  @Test func `a case that fails is named; it stops the line, or is left out and told`() throws {
    let shell = try folder()
    try Data("broken".utf8).write(to: URL(fileURLWithPath: shell.path("p2.png")))
    #expect(try shell.failure("x = load-cases . | each { it.mean }").contains("case p2.png (2 of 3): "))
    #expect(try shell.failure("x").contains("x"))
    let outcome = try shell.execute("rows = load-cases . | each errors=keep { it.mean }")
    #expect(!outcome.hasErrors && outcome.casesLeftOut == 1)
    #expect(outcome.diagnostics.map(\.code) == ["W410"])
    #expect(try shell.run("rows").details.first?.split(separator: " ") == ["case", "value", "error"])
    #expect(try shell.number("rows.count") == 3)
    #expect(try shell.number("(rows | where { it.value > 0 }).count") == 2)
    #expect(try shell.failure("[1, 0] | each { 1 / it }") == "case 0 (2 of 2): division by zero")
    #expect(try shell.failure("rows | sort by=vale").contains("there is no column `vale`; did you mean `value` or `case`?"))
  }

  @Test func `rows are put in order, those without the value last`() throws {
    let shell = try Shell()
    #expect(try shell.run("[3, 1, 2] | sort descending=true").oneLine == "[3, 2, 1]")
    #expect(try shell.run("[\"b\", \"a\", \"c\"] | sort").oneLine == "[a, b, c]")
    #expect(try shell.run("[{k: 2}, {j: 1}, {k: 1}] | sort by=k").oneLine == "[{k: 1}, {k: 2}, {j: 1}]")
    #expect(try shell.run("[{k: 2}, {j: 1}, {k: 1}] | sort by=k descending=true").oneLine == "[{k: 2}, {k: 1}, {j: 1}]")
    #expect(try shell.run("[3, 1, 2] | sort { (it - 2) ^ 2 }").oneLine == "[2, 3, 1]")
    #expect(try shell.run("[30mm, 2cm, 10mm] | sort").oneLine == "[10mm, 2cm, 30mm]")
    #expect(try shell.run("(1..5 | where { it % 2 == 0 })").oneLine == "[2, 4]")
  }

  @Test func `a sweep has a table and a contact sheet, and pick records the line with the value in it`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=64; m = p.lungs.all; k = 1px")
    let sweep = try #require(
      try shell.run("m | sweep radius=1px..5px:2px { it | morph-erode radius=radius | morph-dilate radius=(k) }") as? Sweep)
    #expect(sweep.table.columns == ["n", "radius", "area", "percent", "regions"])
    #expect(sweep.details.count == 4)
    let sheet = try sweep.contactSheet().picture()
    #expect(sheet.size.width > 3 * 64 && sheet.size.height > 64)
    try shell.run("it | save sheet.png; sw = it; sw | save sheet.csv recipe=none; sw | save sheet.svg")
    let drawing = try shell.text("sheet.svg")
    #expect(XMLParser(data: Data(drawing.utf8)).parse() && drawing.contains("width=\"170mm\""))
    #expect(drawing.components(separatedBy: "data:image/png;base64,").count == 4 && drawing.contains(">2   radius=3px</text>"))
    let report = try RecipeRun(of: shell.bytes("sheet.svg"), name: "sheet.svg").compare(by: .segsh, in: [shell.folder], host: Host())
    #expect(report.isIdentical, "\(report.text)")
    try shell.run("lengths = p | sweep level=[60, 120] { (it > level).area }")
    #expect(try shell.failure("lengths | save numbers.svg").contains("there is no contact sheet"))
    #expect(try shell.text("sheet.csv").hasPrefix("n,radius,area,percent,regions\n1,1px,"))
    let picked = try #require(try shell.run("sw | pick 2") as? Mask)
    #expect(shell.notes.contains("radius=3px"))
    #expect(try shell.failure("sw | pick 4").contains("1 to 3"))
    let script = try #require(try shell.script(why: "it"))
    #expect(script.contains("| morph-erode radius=3px shape=disk | morph-dilate radius=1px shape=disk"))
    #expect(!script.contains("sweep") && !script.contains("pick"))
    let again = try Shell(.script)
    #expect(try again.run(script) as? Mask == picked)
    #expect(try shell.failure("m | sweep radius=1px..999px { it }").contains("1 to 200 values"))
    #expect(try shell.failure("m | sweep radius=1px..3px { log \"x\" }").contains("returns nothing"))
  }

  @Test func `a sweep of two parameters is a grid, and pick records both values`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=64")
    let sweep = try #require(
      try shell.run("p | sweep radius=1px..3px level=[60, 120] { (it > level) | morph-erode radius=radius }") as? Sweep)
    #expect(sweep.table.columns == ["n", "radius", "level", "area", "percent", "regions"])
    #expect(sweep.trials.map(\.label).prefix(3) == ["radius=1px level=60", "radius=1px level=120", "radius=2px level=60"])
    #expect(sweep.oneLine == "3 times 2 values of radius, 1px to 3px; of level, 60 to 120; `pick N` selects one")
    // Two columns, three rows.
    let sheet = try sweep.contactSheet().picture()
    #expect(sheet.size.width < 3 * 64 && sheet.size.height > 3 * 64)
    let picked = try #require(try shell.run("it | pick 4") as? Mask)
    #expect(shell.notes.contains("radius=2px level=120"))
    let script = try #require(try shell.script(why: "it"))
    #expect(script.contains("> 120) | morph-erode radius=2px") && !script.contains("sweep"))
    let again = try Shell(.script)
    #expect(try again.run(script) as? Mask == picked)
    #expect(try shell.failure("p | sweep a=1..20 b=1..20 { it }").contains("1 to 200 values"))
    #expect(try shell.failure("p | sweep a=1..2 a=1..2 { it }").contains("`a`"))
    #expect(try shell.failure("p | sweep a=1..2 b=1..2 c=1..2 { it }").contains("c"))
  }

  @Test func `what the recorder writes of blocks makes the same values again`() throws {
    let shell = try folder()
    try shell.run("fn small(x: Image, side = 32px) { return x | resize longest=(side) }")
    try shell.run("level = 100; rows = load-cases . | each { x = it | small side=16; {mean: x.mean, above: (x > level).area} }")
    try shell.run("rows | where { it.mean > 0 } | sort by=mean | save first.csv")
    let script = try #require(try shell.script(why: nil))
    let (_, report) = SyntaxTree.check(SourceText(script), against: .segsh)
    #expect(report.diagnostics.isEmpty, "\(script)\(Renderer().render(report.diagnostics))")
    #expect(Formatter(registry: .segsh).format(script) { Registry.segsh[$0] != nil } == script)
    let first = try shell.text("first.csv")
    try FileManager.default.removeItem(atPath: shell.path("first.csv"))
    let again = try Shell(.script, folder: shell.folder)
    try again.run(script)
    #expect(try shell.text("first.csv") == first)
  }
}
