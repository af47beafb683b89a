import Foundation
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// Structures at the prompt: drawn, corrected, measured, saved and read back.
@Suite struct StructureCommandTests {
  private static let start = "p = phantom size=256 seed=4; seg = p | segment; s = seg | include mask=(p.heart) layer=heart"

  @Test func `a drawn structure is a mask under its name`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    #expect(shell.notes.contains("new structure heart"))
    #expect(try shell.number("s.heart.area") == shell.number("p.heart.area"))
    #expect(try shell.number("(s.heart | morph-erode radius=2px).area") < shell.number("s.heart.area"))
    #expect(try shell.number("(s.heart | compare (p.heart)).dice") == 1)
    #expect(try (shell.run("s.structures") as? List)?.items.count == 1)
    #expect(try shell.number("(s | severity).percent") == shell.number("(seg | severity).percent"), "severity does not change")
    #expect(try shell.run("s").oneLine.contains(", heart "))
    #expect(try shell.run("s").contentHash != shell.run("seg").contentHash)
    try shell.run("s | overlay")
  }

  @Test func `a structure is corrected by every command`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    let area = try shell.number("s.heart.area")
    #expect(try shell.number("(s | exclude rectangle [[0, 0], [255, 128]] layer=heart).heart.area") < area)
    #expect(try shell.number("(s | exclude region=1 layer=heart).heart.area") == 0)
    #expect(try shell.number("(s | paint [[20, 20]] radius=4px layer=heart).heart.area") > area)
    #expect(try shell.number("(s | paint [[20, 20]] radius=4px layer=tube).tube.area") > 40)
    #expect(try shell.number("(s | exclude at=\"150,120\" layer=heart).heart.area") < area)
    #expect(try shell.run("(s | paint [[20, 20]] layer=heart).uncorrected").oneLine.contains("heart") == false)
  }

  @Test func `what does not exist is told`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    #expect(try shell.failure("seg.heart").contains("Segmentation has no property `heart`"))
    #expect(try shell.failure("s.hart").contains("Segmentation has no property `hart`"))
    #expect(try shell.failure("s.opacty").contains("Segmentation has no property `opacty`"))
    #expect(try shell.failure("seg | exclude rectangle [[0, 0], [9, 9]] layer=heart").contains("the segmentation has no structure `heart`"))
    #expect(try shell.failure("seg | paint [[9, 9]] layer=opactiy").contains("unknown value `opactiy`"))
    #expect(try shell.failure("seg | paint [[9, 9]] layer=width").contains("unknown value `width`"))
    #expect(try shell.failure("p.opacity | paint [[9, 9]] layer=heart").contains("a mask has no layer `heart`"))
    #expect(try shell.failure("p | segment structures=default").contains("and no other structures"))
    #expect(try shell.failure("p | segment structures=none.safetensors").contains("none.safetensors"))
  }

  @Test(arguments: ["h.json", "h.coco.json", "h.geojson", "h.zip", "h.seg.nrrd"])
  func `saved structures are read back`(_ file: String) throws {
    let shell = try Shell()
    try shell.run(Self.start)
    try shell.run("s | save \(file); t = p | load-annotations \(file)")
    #expect(try shell.number("(t.heart minus s.heart).area") == 0 && shell.number("t.heart.area") == shell.number("s.heart.area"))
    #expect(try shell.number("t.opacity.area") == shell.number("s.opacity.area"))
  }

  @Test func `a label image says that it does not keep structures`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    try shell.run("s | save h.png")
    #expect(shell.notes.contains { $0.contains("does not keep the structure heart") }, "\(shell.notes)")
  }

  @Test func `a misspelled label is no structure`() throws {
    let shell = try Shell()
    let file =
      #"{"shapes": [{"label": "opacty", "points": [[1, 1], [90, 1], [90, 90]]}, {"label": "Herz", "points": [[1, 1], [90, 1], [90, 90]]}], "#
      + #""imageWidth": 256, "imageHeight": 256}"#
    try file.write(toFile: shell.folder + "/a.json", atomically: true, encoding: .utf8)
    try shell.run("p = phantom size=256; t = p | load-annotations a.json")
    #expect(shell.notes.contains { $0.contains("the label `opacty` is unknown: 1 shape is left out") }, "\(shell.notes)")
    #expect(try shell.number("t.herz.area") > 0)
    #expect(try shell.number("(p | load-annotations a.json labels=\"Herz=heart\").heart.area") == shell.number("t.herz.area"))
  }

  @Test func `the cardiothoracic ratio uses the heart and states its doubts`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    let truth = try shell.number("(p.lungs | cardiothoracic-ratio heart=(p.heart)).ratio")
    #expect((0.4...0.55).contains(truth))
    #expect(abs(try shell.number("(s | cardiothoracic-ratio).ratio") - truth) < 0.02)
    #expect(try shell.failure("seg | cardiothoracic-ratio").contains("the model's lung masks extend behind the heart"))
    #expect(try shell.failure("(s | exclude region=1 layer=heart) | cardiothoracic-ratio").contains("the heart has no pixels"))
    try shell.run(
      "p.image | save x.png; x = load x.png; y = x | segment | include mask=(p.heart) layer=heart; r = y | cardiothoracic-ratio")
    #expect(try (shell.run("r.doubt") as? String)?.contains("the view is not stated") == true)
    try shell.run("wide = s | include rectangle [[100, 20], [110, 230]] layer=heart; w = wide | cardiothoracic-ratio")
    #expect(try (shell.run("w.doubt") as? String)?.contains("implausible") == true)
  }
}
