import Basics
import Foundation
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// Corrections at the prompt.
@Suite("Corrections")
struct CorrectionCommandTests {
  static let start = "p = phantom size=256 seed=4 opacity=30%; seg = p | segment"

  @Test func `a region is added and taken away, and severity tells before and after`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    try shell.run("more = seg | include rectangle [[100, 40], [180, 110]] | exclude ellipse [[120, 60], [140, 80]]")
    let before = try shell.number("(seg | severity).percent")
    let report = try #require(try shell.run("score = more | severity") as? SeverityReport)
    let after = try shell.number("score.percent")
    #expect(after > before && report.corrections == 2)
    #expect(
      report.oneLine.hasSuffix("; percent \(NumberFormat.fixed(before, 1)) -> \(NumberFormat.fixed(after, 1)) %, 2 corrections"),
      "\(report.oneLine)")
    let estimate = try #require(report.details.first { $0.hasPrefix("estimated reader scores") })
    let moved = try shell.number("score.extent_estimate") != shell.number("score.before.extent_estimate")
    #expect(estimate.contains("before the corrections") == !moved)
    #expect(try shell.number("score.before.percent") == before)
    #expect(try shell.number("score.corrections") == 2 && shell.number("more.corrections") == 2)
    #expect(try shell.run("more.uncorrected").contentHash == shell.run("seg").contentHash)
    #expect(try shell.run("more").contentHash != shell.run("seg").contentHash)
    #expect(try shell.run("more").oneLine.hasSuffix(", 2 corrections"))
    #expect(report.json.text.contains("\"corrections\": 2, \"before\": {\"percent\": "))
    let plain = try shell.run("seg | severity").json.text
    #expect(!plain.contains("before"))
    #expect(try shell.number("(more.opacity minus more.lungs.all).area") == 0)
    #expect(try shell.number("(more | severity lungs=(p.lungs)).before.percent") != after)
  }

  @Test func `masks are corrected alike`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    let area = try shell.number("seg.opacity.area")
    try shell.run("m = seg.opacity | exclude rectangle [[0, 0], [255, 255]]")
    #expect(try shell.number("m.area") == 0)
    #expect(try shell.number("(m | include polygon [[10, 10], [10, 19], [19, 19], [19, 10]]).area") == 100)
    #expect(try shell.number("(m | severity).before.percent") == shell.number("(seg.opacity | severity).percent"))
    #expect(try shell.number("(m | severity).corrections") == 1 && area > 0)
    #expect(try shell.failure("m | include fill [[5, 5]] layer=right-lung").contains("a mask has no layer `right-lung`"))
    #expect(try shell.run("p.opacity | paint [[20, 20]]") is Mask)
  }

  @Test func `a list and a text of points give the same pixels, and the session's script gives them again`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    try shell.run("a = seg | include polygon [[100.25, 40], [100.25, 70.5], [130, 70], [128, 39]]")
    try shell.run("b = seg | include polygon \"100.25,40 +0+30.5 130,70 -2-31\"")
    #expect(try shell.run("a").contentHash == shell.run("b").contentHash)
    let script = try #require(try shell.script(why: "b"))
    #expect(script.contains("include polygon \"100.25,40 +0+30.5 +29.75-0.5 -2-31\" layer=opacity"), "\(script)")
    let again = try Shell(.script)
    #expect(try again.run(script).contentHash == shell.run("b").contentHash)
  }

  @Test func `points are read and written`() throws {
    for (text, canonical) in [
      ("5,6", "\"5,6\""), ("5,6 +1+2 -1.5-0.25", "\"5,6 +1+2 -1.5-0.25\""), ("5.004,-6.996 7,8", "\"5,-7 +2+15\""),
      ("0,0 -0.01+0.1", "\"0,0 -0.01+0.1\""),
    ] {
      let read = try Points.read(Literal(text, isQuoted: true))
      #expect(read.literal == canonical)
      #expect(try Points.read(Literal(canonical.filter { $0 != "\"" }, isQuoted: true)) == read)
    }
    for text in [
      "", " ", "5", "+1+2", "5,6,7", "a,b", "5,6 +1", "1e3,2", "5,6 +300000+1", "5,nan", "5,,6", "5,6 1+2", "--5,6", "5,6 +-1+2",
    ] {
      #expect(throws: LiteralProblem.self, "\(text)") { try Points.read(Literal(text, isQuoted: true)) }
    }
  }

  @Test func `a stroke of thousands of points is recorded shortly`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    let points = (0..<8000).map { "+\($0 % 3 - 1)+\($0 % 5 - 2)".replacing("+-", with: "-") }.joined(separator: " ")
    try shell.run("long = seg.opacity | paint \"128,128 \(points)\" radius=3px")
    let script = try #require(try shell.script(why: "long"))
    #expect(script.utf8.count < 8000 * 6, "\(script.utf8.count)")
    let list = (0..<8000).map { "[\(100 + $0 % 50), \(100 + $0 % 31)]" }.joined(separator: ", ")
    #expect(try shell.number("(seg.opacity | paint [\(list)]).area") > 1500)
  }

  @Test func `fill takes gaps and regions`() throws {
    let shell = try Shell()
    try shell.run(
      "p = phantom size=128; empty = p.opacity xor p.opacity; ring = empty | include ellipse [[40, 40], [80, 80]] | exclude ellipse [[50, 50], [70, 70]]"
    )
    #expect(try shell.number("(ring | include fill [60, 60]).area") == shell.number("(empty | include ellipse [[40, 40], [80, 80]]).area"))
    #expect(try shell.number("(ring | exclude fill \"42,60\").area") == 0)
    #expect(try shell.failure("ring | include fill [[5, 5]]").contains("open to the image border"))
    #expect(try shell.failure("ring | exclude fill [[60, 60]]").contains("no point is inside a region of the mask"))
    try shell.run("clear = p | segment | exclude rectangle [[0, 0], [127, 127]]; full = clear | include fill [[64, 40], [64, 90]]")
    #expect(try shell.number("(full | severity).percent") == 100, "all of both lungs, and nothing else")
  }

  @Test func `a click adds or removes a region`() throws {
    let shell = try Shell()
    try shell.run("p = phantom seed=7; seg = p | segment; before = seg.opacity.area")
    // What a click removes from the opacity, a click in it brings back.
    try shell.run("less = seg | exclude at=[[230, 130]]; again = less | include at=\"230,130\"")
    let (before, less, again) = (try shell.number("before"), try shell.number("less.opacity.area"), try shell.number("again.opacity.area"))
    #expect(less < before - 300)
    #expect(again > less + 0.5 * (before - less) && again <= 1.1 * before)
    try shell.run("all = seg | exclude at=[[230, 130], [340, 400]]; part = seg | exclude at=\"230,130\" outside=\"300,130\"")
    #expect(try shell.number("all.opacity.area") < less)
    #expect(try shell.number("part.opacity.area") > less)
    // Lungs and masks, with and without the network's probability.
    #expect(try shell.number("(seg | exclude at=\"200,120\" layer=right-lung).corrections") == 1)
    #expect(try shell.number("(p.opacity | exclude at=[[230, 130]]).area") < shell.number("p.opacity.area"))
    #expect(try shell.number("(seg | threshold 0.4 | exclude at=[[230, 130]]).area") < before)
    for (line, message) in [
      ("seg | include at=\"1,1\"", "no point is on a pixel that can be added to the opacity"),
      ("seg | exclude at=\"1,1\"", "the nearest is region 1"), ("seg | exclude outside=\"1,1\" region=1", "`outside` also needs `at`"),
      ("seg | exclude at=\"1,1\" region=1", "only one of these options"), ("seg | include at=\"5\"", "at"),
    ] {
      let failure = try shell.failure(line)
      #expect(failure.contains(message), "\(line): \(failure)")
    }
    try shell.run("p.opacity | save o.png")
    #expect(try shell.failure("load-mask o.png | exclude at=\"230,130\"").contains("needs the X-ray"))
  }

  @Test func `polygons are simplified on request`() throws {
    let shell = try Shell()
    try shell.run("seg = phantom seed=7 | segment; seg | save a.json; seg | save b.json simplify=1px; seg | save c.coco.json simplify=1px")
    let area = try shell.number("seg.opacity.area")
    for file in ["b.json", "c.coco.json"] {
      #expect(abs(try shell.number("(phantom seed=7 | load-annotations \(file)).opacity.area") - area) < 0.03 * area)
    }
    for line in [
      "seg | save d.geojson simplify=1px", "seg | save d.coco.json encoding=rle simplify=1px", "seg.opacity | save d.png simplify=1px",
    ] {
      #expect(try shell.failure(line).contains("`simplify` also needs"))
    }
  }

  @Test func `a region is removed by its number, a zone by its letter, pixels by a mask`() throws {
    let shell = try Shell()
    try shell.run("p = phantom seed=7; seg = p | segment; table = seg | regions; small = phantom size=64")
    let areas = try (0..<2).map { try shell.number("table[\($0)].area") }
    #expect(try shell.number("(seg | exclude region=2).opacity.area") == areas[0])
    #expect(try shell.number("(seg.opacity | exclude region=1).area") == areas[1])
    #expect(try shell.number("(seg | exclude zone=F | severity).zones.F") == 0)
    #expect(try shell.number("(seg | exclude zone=f).opacity.area") == shell.number("(seg | exclude zone=F).opacity.area"))
    #expect(try shell.number("(seg | exclude mask=seg.opacity).opacity.area") == 0)
    #expect(try shell.number("(seg | exclude region=1 | include mask=seg.opacity).opacity.area") == shell.number("seg.opacity.area"))
    try shell.run("seg.opacity | save o.png")
    for (line, message) in [
      ("seg | exclude region=3", "there is no region 3: the opacity has regions 1 to 2, see `regions`"),
      ("seg | exclude fill [[339, 350]]", "the nearest is region 2, "),
      ("seg | exclude zone=G", "unknown value `G`"), ("seg | exclude", "a shape with points; region=; zone=; mask="),
      ("seg | exclude region=1 zone=A", "only one of these options"), ("seg | exclude polygon", "`polygon` also needs `points`"),
      ("seg | include mask=small.opacity", "they belong to different images"),
      ("load-mask o.png | exclude zone=A", "zone= needs the lungs"),
    ] {
      let failure = try shell.failure(line)
      #expect(failure.contains(message), "\(line): \(failure)")
    }
  }

  @Test func `the brush paints, erases and heeds edges`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    #expect(try shell.number("(seg | paint [[128, 70]] radius=10px erase=true).opacity.area") <= shell.number("seg.opacity.area"))
    try shell.run("none = seg.opacity xor seg.opacity; all = none | paint [[60, 60], [190, 70]] radius=20px")
    try shell.run("some = none | paint [[60, 60], [190, 70]] radius=20px edges=true")
    #expect(try shell.number("some.area") < shell.number("all.area") && shell.number("(some minus all).area") == 0)
    #expect(try shell.number("some.area") > 500)
    #expect(try shell.number("(none | paint [[60, 60]] radius=4mm).area") > 0, "the phantom's spacing is known")
    #expect(try shell.failure("none | paint [[60, 60]] radius=600px").contains("500px"))
    try shell.run("none | save n.png")
    #expect(try shell.failure("load-mask n.png | paint [[60, 60]] edges=true").contains("needs the X-ray"))
  }

  @Test func `what cannot be drawn is told`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    for (line, message) in [
      ("seg | include polygon [[1, 2], [3, 4]]", "polygon takes 3 or more points, not 2"),
      ("seg | include ellipse [[1, 2]]", "2 points, opposite corners"),
      ("seg | include polygon [[1, 2], [3], [4, 5]]", "point 2 is [3]"),
      ("seg | include polygon [[1, 2], [3, 1e9], [4, 5]]", "point 2 is"),
      ("seg | include polygon [[1, 2px], [3, 4], [4, 5]]", "point 1 is"),
      ("seg | include rectangle [[-50, -50], [-1, -1]]", "covers no pixel"),
      ("seg | include polygon \"1,2 3\"", "cannot read `1,2 3`"),
      ("seg | include blob [[1, 2]]", "unknown value `blob`"),
      ("seg | include polygon []", "not 0"),
      ("seg | paint []", "1 point or more"),
      ("seg | include fill [[1, 1]]", "no point is inside a gap of the opacity"),
    ] {
      let failure = try shell.failure(line)
      #expect(failure.contains(message), "\(line): \(failure)")
    }
  }

  @Test func `notes say what a correction came to`() throws {
    let shell = try Shell()
    try shell.run(Self.start)
    try shell.run("seg | include rectangle [[0, 0], [255, 255]]")
    #expect(shell.notes.contains { $0.contains("are outside the lungs and are ignored") })
    #expect(shell.notes.contains { $0.hasSuffix("px added to the opacity") })
    try shell.run(
      "none = seg | exclude rectangle [[0, 0], [255, 255]] layer=right-lung; none | exclude rectangle [[0, 0], [255, 255]] layer=right-lung"
    )
    #expect(shell.notes.contains { $0.contains("px of opacity were removed with it") })
    #expect(shell.notes.contains { $0.hasPrefix("nothing changed: the drawn pixels do not change the right lung") })
    try shell.run("seg | include rectangle [[100, 60], [120, 80]] | threshold 0.5")
    #expect(shell.notes.contains { $0.contains("the corrections are applied on top: ") })
  }
}

/// Files of annotations at the prompt.
@Suite("Annotations")
struct AnnotationCommandTests {
  @Test func `what is saved is read back, in every form`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=128 opacity=30%; p | save p.png; x = load p.png; seg = x | segment | paint [[60, 40]] radius=9px")
    let lines = [
      "case.json", "case.coco.json", "rle.coco.json encoding=rle", "counts.coco.json encoding=counts", "case.png", "case.npy", "case.zip",
      "case.geojson", "case.seg.nrrd", "case.txt", "case.nii.gz", "case.nii", "case.nrrd",
    ]
    for line in lines {
      try shell.run("seg | save \(line) names=true")
      let name = String(line.prefix { $0 != " " })
      guard !name.hasSuffix("npy") else { continue }
      try shell.run("back = x | load-annotations \(name)")
      #expect(try shell.number("(back.opacity xor seg.opacity).area") == 0, "\(name)")
      #expect(try shell.run("back.lungs").contentHash == shell.run("seg.lungs").contentHash, "\(name)")
      #expect(try shell.number("(back | severity).percent") == shell.number("(seg | severity).percent"), "\(name)")
    }
    let text = try shell.text("case.json")
    #expect(text.contains("\"imagePath\":\"p.png\"") && text.contains("\"imageData\":null"))
    try shell.run("seg | save inside.json embed=true")
    #expect(try shell.text("inside.json").contains("\"imageData\":\"iVBOR"))
    try shell.run("seg.opacity | save mask.json format=labelme; m = x | load-annotations mask.json")
    #expect(try shell.number("(m.opacity xor seg.opacity).area") == 0 && shell.number("m.lungs.area") > 0)
    #expect(try shell.failure("back.probability").contains("there is no probability"))
  }

  @Test func `masks and label images are saved for other programs`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96 seed=3 opacity=40%; seg = p | segment; m = seg.opacity; m | save m.geojson; m | save m.nii.gz")
    try shell.run("back = p | load-annotations m.geojson; same = load-mask m.nii.gz")
    #expect(try shell.number("(back.opacity xor m).area") == 0 && shell.number("(same xor m).area") == 0 && shell.number("m.area") > 0)
    #expect(try shell.run("same").oneLine.contains("cm²"))
    try shell.run("c = m | connected-components; c | save parts.txt encoding=boxes")
    #expect(try shell.text("classes.txt").hasPrefix("label_1\n"))
    // The numbers of classes in the folder keep their meaning.
    #expect(try shell.failure("seg | save b.txt").contains("`classes.txt` lists other classes"))
    #expect(try shell.failure("seg | save classes.txt").contains("another name"))
    try shell.run("p.lungs | save v.xml; p | save x.png; x = load x.png; x | segment | save w.xml names=true; x | segment | save y.xml")
    #expect(try shell.text("v.xml").contains("<name>right_lung</name>"))
    #expect(try shell.text("w.xml").contains("<filename>x.png</filename>") && shell.text("y.xml").contains("<filename>y.png</filename>"))
    #expect(try shell.failure("p | save p.zip").contains("the file extension selects the format"))
    #expect(try shell.failure("p | save p.zip format=imagej").contains("only a segmentation, a mask or a label image has regions"))
    #expect(try shell.failure("m | save m.zip encoding=rle").contains("encoding"))
    #expect(try shell.failure("(x > 999) | save none.zip").contains("there is no region to write"))
    #expect(try shell.failure("p | histogram | plot | save p.nii").contains("NIfTI cannot hold a color image"))
  }

  @Test func `what changes no pixel is no correction`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96 seed=2; seg = p | segment; hash = seg.lungs.area")
    // Opacity outside of the lungs, opacity that is there, lungs that are there, and what lies elsewhere.
    for line in [
      "include rectangle [[0, 0], [3, 3]]", "exclude rectangle [[0, 0], [3, 3]]", "exclude rectangle [[0, 0], [3, 3]] layer=left-lung",
      "paint [[1, 1]] radius=1px", "paint [[1, 1]] radius=1px erase=true",
    ] {
      let report = try shell.run("c = seg | \(line); c | severity")
      #expect(try shell.number("c.corrections") == 0, "\(line)")
      #expect(try !shell.run("c").oneLine.contains("corrected"), "\(line)")
      #expect((report as? SeverityReport)?.corrections == 0 && (report as? SeverityReport)?.before == nil, "\(line)")
      #expect(try shell.number("(c.opacity xor seg.opacity).area + (c.lungs.all xor seg.lungs.all).area") == 0, "\(line)")
    }
    #expect(shell.notes.contains { $0.hasPrefix("nothing changed") })
    let corrected = try shell.run("d = seg.opacity | exclude rectangle [[0, 0], [1, 1]]; d | severity")
    #expect((corrected as? SeverityReport)?.corrections == 0)
    let real = try shell.run("d = seg.opacity | exclude rectangle [[0, 0], [1, 1]] | exclude rectangle [[0, 0], [95, 95]]; d | severity")
    #expect((real as? SeverityReport)?.corrections == 1)
    try shell.run("c | severity | report case.html")
    #expect(try !shell.text("case.html").contains("Manually corrected"))
    try shell.run("seg | exclude rectangle [[0, 0], [95, 95]] | severity | report case2.html")
    #expect(try shell.text("case2.html").contains("Manually corrected in 1 step"))
  }

  @Test func `what a file of annotations holds beside regions of this X-ray is noted`() throws {
    let shell = try Shell()
    let folders = ["a", "b"].map { shell.path($0) }
    for folder in folders { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    try shell.run("q = phantom size=64; q | save a/v.png; q | save b/v.png; q | save c.png")
    func entry(_ image: Int, _ side: Int) -> String {
      "{\"image_id\": \(image), \"category_id\": 1, \"segmentation\": [[0, 0, \(side), 0, \(side), \(side), 0, \(side)]]}"
    }
    let images = ["a/v.png", "b/v.png"].enumerated().map {
      "{\"id\": \($0), \"file_name\": \"\($1)\", \"width\": 64, \"height\": 64}"
    }
    func write(_ name: String, _ images: [String]) throws {
      let json =
        "{\"images\": [\(images.joined(separator: ","))], \"categories\": [{\"id\": 1, \"name\": \"right_lung\"}], \"annotations\": [\(entry(0, 20)), \(entry(1, 5))]}"
      try FileBytes.write(Array(json.utf8), to: shell.path(name))
    }
    try write("all.json", images)
    #expect(try shell.number("(load a/v.png | load-annotations all.json).lungs.right.area") == 400)
    #expect(try shell.number("(load b/v.png | load-annotations all.json).lungs.right.area") == 25)
    #expect(try shell.number("(load \(shell.path("b/v.png")) | load-annotations all.json).lungs.right.area") == 25)
    #expect(shell.notes.contains("1 annotation is about another image and is left out"))
    #expect(try shell.failure("load c.png | load-annotations all.json").contains("but not `c.png`; it has a/v.png, b/v.png"))
    // Outside of the folder of the file of annotations, the names decide; both fit.
    try write("a/own.json", images)
    #expect(try shell.number("(load b/v.png | load-annotations a/own.json).lungs.right.area") == 25)
    try write("one.json", [images[0]])
    _ = try shell.run("load b/v.png | load-annotations one.json")
    #expect(shell.notes.contains { $0.hasPrefix("the file was drawn over `a/v.png`, and the X-ray is `b/v.png`") })
    #expect(shell.notes.contains("1 annotation is about an image that the file does not list, and is left out"))
  }

  @Test func `labels of plain regions have no sides`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=96; c = p.lungs.left | connected-components")
    let facts = try #require(try shell.run("c | info") as? Facts)
    #expect(facts.fields.map(\.name) == ["width", "height", "count", "area", "all"])
    #expect(try shell.failure("c.right").contains("has no `right`"))
    #expect(try shell.number("(c == 1).area") == shell.number("p.lungs.left.area"))
    #expect(try #require(try shell.run("p.lungs | info") as? Facts).fields.map(\.name).contains("right"))
    try shell.run("p.lungs | save l.png; plain = load-labels l.png")
    #expect(try shell.failure("plain.right").contains("has no `right`"))
    #expect(try shell.number("(load-labels l.png lungs=true).right.area") == shell.number("p.lungs.right.area"))
    for line in [
      "plain | lung-symmetry", "plain | cardiothoracic-ratio", "p.opacity | severity lungs=plain", "p.opacity | regions lungs=plain",
    ] {
      let before = shell.notes.count
      try shell.run(line)
      #expect(shell.notes.dropFirst(before).contains { $0.hasPrefix("these labels are not named as lungs") }, "\(line)")
    }
    #expect(try !shell.run("c").oneLine.contains("right"))
    #expect(try !shell.run("c").json.text.contains("right"))
    try shell.run("c | show")
    #expect(!shell.written.contains("right lung"))
  }

  @Test func `what does not fit is told`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=128; seg = p | segment; seg | save a.json; seg | save a.png; q = phantom size=64")
    #expect(try shell.failure("q | load-annotations a.json").contains("annotates an image of 128x128, but the X-ray is 64x64"))
    #expect(try shell.failure("seg | save a.dcm").contains("this was made from no file"))
    #expect(try shell.failure("seg | save b.json encoding=rle").contains("format=coco"))
    #expect(try shell.failure("p | save b.json format=coco").contains("can be saved as annotations"))
    let shapes =
      "{\\\"label\\\": \\\"opacty\\\", \\\"points\\\": [[1, 1], [9, 1], [9, 9]]}, {\\\"label\\\": \\\"opacity\\\", \\\"points\\\": [[1, 1], [9, 1], [9, 999]]}"
    let json = "{\"shapes\": [\(shapes.replacing("\\\"", with: "\""))], \"imageWidth\": 64, \"imageHeight\": 64}"
    try FileBytes.write(Array(json.utf8), to: shell.path("odd.json"))
    try shell.run("q | load-annotations odd.json")
    #expect(shell.notes.contains { $0.contains("`opacty` is unknown: 1 shape is left out") && $0.contains("did you mean `opacity`") })
    #expect(shell.notes.contains { $0.hasPrefix("1 shape reaches out of the image") })
  }

  @Test func `paths of pictures are told as seen from the file`() {
    for (path, other, expected) in [
      ("p.png", "a.json", "p.png"), ("in/p.png", "in/a.json", "p.png"), ("in/p.png", "out/a.json", "../in/p.png"),
      ("p.png", "out/x/a.json", "../../p.png"),
      ("/x/p.png", "a.json", "/x/p.png"), ("in/p.png", "/x/a.json", "p.png"),
    ] {
      #expect(AnnotationWriting.relative(path, from: other) == expected)
    }
  }
}
