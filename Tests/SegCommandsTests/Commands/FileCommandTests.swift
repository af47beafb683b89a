import Foundation
import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Reading and writing")
struct FileCommandTests {
  @Test(arguments: ["png", "tif", "npy"]) func `what was saved is loaded again`(ending: String) throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; p.image | save a.\(ending); p.opacity | save m.\(ending); p.lungs | save l.\(ending)")
    let phantom = try #require(try shell.run("p") as? Phantom)
    #expect(try #require(try shell.run("load a.\(ending)") as? GrayImage).pixels == phantom.image.pixels)
    #expect(try #require(try shell.run("load-mask m.\(ending)") as? Mask).words == phantom.opacity.words)
    let labels = try #require(try shell.run("load-labels l.\(ending) lungs=true") as? LabelImage)
    #expect(labels.labels == phantom.lungs.labels && labels.names == LabelImage.lungNames)
  }

  @Test func `a PNG carries its recipe, without the names of the input files where it is asked to`() throws {
    let shell = try Shell()
    try shell.run("phantom size=96 | save mueller-hans.png recipe=none")
    #expect(try ImageText.read(from: shell.path("mueller-hans.png")).isEmpty)
    try shell.run("x = load mueller-hans.png; x | threshold otsu | overlay color=red | save out.png recipe=anonymous")
    let notes = try ImageText.read(from: shell.path("out.png"))
    #expect(notes.first == ImageText(key: "Software", value: "segsh \(ProgramVersion.text)"))
    let recipe = try #require(notes.first { $0.key == "Recipe" }).value
    #expect(recipe.hasPrefix("seglang 1\n"))
    #expect(recipe.contains("load input1.png") && recipe.contains("threshold otsu") && recipe.contains("color=red"))
    #expect(recipe.contains("# input {\"name\": \"input1.png\", \"sha256\": \""))
    let bytes = try shell.bytes("out.png")
    #expect(bytes.firstRange(of: Array("mueller".utf8)) == nil)
    // The recipe makes the same image again.
    let second = try Shell(.script)
    try FileManager.default.copyItem(atPath: shell.path("mueller-hans.png"), toPath: second.path("input1.png"))
    let again = try #require(try second.run(recipe) as? ColorImage)
    try again.write(to: second.path("again.png"))
    #expect(try GrayImage.read(from: second.path("again.png")).pixels == GrayImage.read(from: shell.path("out.png")).pixels)
  }

  @Test func `an input is not replaced by accident, by whatever path`() throws {
    let shell = try Shell()
    try shell.run("phantom size=64 | save a.png recipe=none")
    let before = try shell.bytes("a.png")
    for path in ["a.png", "./a.png", shell.path("a.png")] {
      #expect(try shell.failure("load a.png | invert | save \(path)").contains("overwrite=true"))
    }
    #expect(try shell.bytes("a.png") == before)
    try shell.run("load a.png | invert | save b.png; load a.png | save b.png; load a.png | invert | save a.png overwrite=true")
    #expect(try shell.bytes("a.png") != before)
  }

  @Test func `figures are saved by the ending of the name`() throws {
    let shell = try Shell()
    try shell.run("m = (phantom size=96).image > 60%; m | regions | save r.csv; m | compare m | save c.json; m | compare m | save c.csv")
    #expect(try shell.text("r.csv").hasPrefix("label,area,") && shell.text("r.csv.recipe.json").contains("\"seglang 1\""))
    #expect(try shell.text("c.json").hasPrefix("{\"dice\": 1"))
    #expect(try shell.text("c.csv").hasPrefix("dice,iou,"))
    try shell.run(
      "rows = []; for s in 1..2 { rows := rows + [{seed: s, area: (phantom size=64 seed=(s)).opacity.area}] }; rows | save all.csv recipe=none"
    )
    #expect(try shell.text("all.csv").split(separator: "\n").count == 3)
  }

  @Test func `what has no such form is refused with a way out`() throws {
    let shell = try Shell()
    #expect(try shell.failure("phantom size=64 | save a.xyz").contains(".png"))
    #expect(try shell.failure("phantom size=64 | save a").contains("a file without an extension"))
    #expect(try shell.failure("phantom size=64 | segment | save a.jpg").contains("JPEG cannot hold labels"))
    #expect(try shell.failure("phantom size=64 | save a.csv").contains("cannot be saved as .csv"))
    #expect(try shell.failure("(phantom size=64).opacity | save a.jpg").contains("JPEG"))
    #expect(try shell.failure("phantom size=64 | save none/such/a.png").contains("there is no folder `none/such/`"))
    try shell.run("phantom size=64 | save chest-1.png")
    #expect(try shell.failure("load chset-1.png").contains("there is no file `chset-1.png`; did you mean `chest-1.png`?"))
    #expect(try shell.failure("phantom size=64 | save a.png depth=12").contains("8 or 16"))
  }

  @Test func `patterns list files in order`() throws {
    let shell = try Shell()
    try shell.run("for n in [2, 1, 3] { phantom size=64 | save \"case-{n}.png\" }")
    let list = try #require(try shell.run("glob case-?.png") as? List)
    #expect(list.items.map(\.oneLine) == ["case-1.png", "case-2.png", "case-3.png"])
    #expect(try #require(try shell.run("glob nothing-*.png") as? List).items.isEmpty)
    #expect(shell.notes.contains("no file matches nothing-*.png"))
  }
}
