import Basics
import Foundation
import ImageOps
import SegLang
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// `diff`, `explain` and `sensitivity`.
@Suite("Questions about results")
struct QuestionTests {
  @Test func `masks differ by what was added and removed`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=128; a = p.image > 60%; b = p.image > 55%; d = diff a b")
    let (a, b) = (try #require(try shell.run("a") as? Mask), try #require(try shell.run("b") as? Mask))
    #expect(try shell.number("d.added") == Double(b.subtracting(a).count) && shell.number("d.removed") == 0)
    #expect(try shell.number("d.dice") == dice(of: b, against: a))
    let (row, column) = try #require(a.spacing.millimeters)
    #expect(try shell.number("d.added_mm2") == Double(b.subtracting(a).count) * row * column)
    #expect(try shell.number("d.hausdorff") == surfaceDistances(of: b, against: a, inMillimeters: true).hausdorff)
    let picture = try #require(try shell.run("d.image") as? ColorImage)
    let plain = try #require(try shell.run("(diff a a).image") as? ColorImage)
    // Blue where something was added, and nowhere else.
    for row in stride(from: 0, to: 128, by: 3) {
      for column in stride(from: 0, to: 128, by: 3) where picture[row, column] != plain[row, column] {
        #expect(try a.symmetricDifference(b)[row, column])
        #expect(picture[row, column].blue > picture[row, column].red)
      }
    }
    #expect(try shell.run("(diff a a).identical") as? Bool == true)
    try shell.run("d | save d.png; d | save d.json; show d display=none")
    #expect(try shell.text("d.json").hasPrefix("{\"identical\": false, \"before\": "))
    #expect(try GrayImage.read(from: shell.path("d.png")).size == picture.size)
  }

  @Test func `pictures differ by their pixels`() throws {
    let shell = try Shell()
    try shell.run("a = (phantom size=64).image; b = a + 3; d = diff a b")
    #expect(try shell.number("d.largest") == 3 && shell.number("d.mean") == 3 && shell.number("d.changed") == 4096)
    #expect(abs(try shell.number("d.psnr") - 20 * log10(255.0 / 3)) < 1e-9)
    #expect(try shell.run("(diff a a).identical") as? Bool == true)
    #expect(try shell.failure("(diff a a).psnr").contains("psnr"))
  }

  @Test func `figures differ one by one`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=128; s = p.opacity | severity; t = p.opacity | morph-erode radius=1px | severity; d = diff s t")
    let record = try #require(try shell.run("d.record") as? Record)
    let changes = try #require(record["changes"] as? List).items.compactMap { $0 as? Record }
    let percent = try #require(changes.first { $0["name"] as? String == "percent" })
    #expect(try percent["difference"] as? Double == shell.number("t.percent - s.percent"))
    #expect(changes.contains { $0["name"] as? String == "right.percent" })
    #expect(try shell.number("(diff 3 5).difference") == 2)
    #expect(try shell.run("(diff ({a: 1}) ({a: 1})).identical") as? Bool == true)
    #expect(try shell.number("(diff (p.opacity | regions) (p.lungs | regions)).changed") > 0)
    try shell.run("l = p.lungs; m = l | flip horizontal; e = diff l m")
    #expect(try shell.number("e.changed") > 0)
    #expect(try shell.run("diff ([1, 2]) ([1, 3])").oneLine == "1 items differ")
  }

  @Test func `what cannot be compared says why`() throws {
    let shell = try Shell()
    try shell.run("a = (phantom size=64).image; b = (phantom size=65).image")
    #expect(try shell.failure("diff a b").contains("64x64") && shell.failure("diff a b").contains("65x65"))
    #expect(try shell.failure("diff (a > 3) (b > 3)").contains("belong to different images"))
    #expect(try shell.failure("diff a (a > 3)").contains("only values of the same type"))
    #expect(try shell.failure("sensitivity a").contains("has no numeric value") || shell.failure("sensitivity a").isEmpty)
  }

  @Test func `a percentage unfolds into pixels, lines and files`() throws {
    let shell = try Shell()
    try shell.run(
      "phantom size=256 seed=3 | save chest.png; x = load chest.png; mask = x | segment mirror=false | threshold 0.4; score = mask | severity"
    )
    let explanation = try #require(try shell.run("explain score.percent") as? Explanation)
    let record = explanation.record
    let terms = try #require(record["terms"] as? Record)
    let (opaque, lung) = (try #require(terms["opaque_pixels"] as? Double), try #require(terms["lung_pixels"] as? Double))
    #expect(try abs(100 * opaque / lung - shell.number("score.percent")) < 1e-12)
    #expect(explanation.lines.map(\.text).first == "load input1.png")
    #expect(
      explanation.lines.contains { $0.text == "[2] | threshold 0.4" && $0.pixels.map(Double.init) == (try? shell.number("mask.area")) })
    #expect(explanation.inputs.map(\.sha256) == [SHA256.hexDigest(of: try shell.bytes("chest.png"))])
    #expect(explanation.models.first?.sha256?.count == 64)
    #expect(explanation.details.contains { $0.contains("automatic: lung_threshold ") })
    let sensitivity = try #require(explanation.sensitivity)
    #expect(sensitivity.details.last?.contains("no effect: ") == true, "the mask is thresholded again")
    #expect(sensitivity.details.last?.contains("segment opacity_threshold ") == true)
    #expect(sensitivity.details.dropLast().allSatisfy { !$0.contains("opacity_threshold") })
    #expect(explanation.sensitivity != nil && isJSON(explanation.json.text))
    let extent = try #require(try shell.run("explain score.extent sensitivity=false") as? Explanation)
    #expect(
      extent.oneLine.hasPrefix("extent = \(NumberFormat.exact(try shell.number("score.extent"))) of 8: ") && extent.sensitivity == nil)
    for name in [
      "right.percent", "left.percent", "zones.A", "extent_estimate", "brixia_estimate", "grade", "intervals.percent", "zones", "right",
    ] {
      let found = try #require(try shell.run("explain score.\(name) sensitivity=false") as? Explanation)
      #expect(!found.formula.text.isEmpty, "\(name)")
    }
    let area = try #require(try shell.run("explain mask.area sensitivity=false") as? Explanation)
    #expect(area.oneLine.hasPrefix("area = \(NumberFormat.grouped(Int(try shell.number("mask.area")))) px: "))
    let sum = try #require(try shell.run("k = mask.area / score.percent + 1; explain k sensitivity=false") as? Explanation)
    #expect(sum.details.contains { $0.hasPrefix("with area = ") })
    #expect(try #require(try shell.run("explain 3") as? Explanation).details.first?.contains("constant") == true)
    #expect(try shell.run("explain (x | threshold otsu) sensitivity=false").details.contains { $0.contains("automatic: level ") })
  }

  private func isJSON(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
  }

  @Test func `a figure moves as it does when the lines are typed with the other parameter`() throws {
    let shell = try Shell()
    try shell.run(
      "p = phantom size=256 seed=3; seg = p | segment mirror=false; s = seg | threshold 0.5 | morph-open radius=3px | severity; f = sensitivity s"
    )
    let table = try #require(try shell.run("f.parameters") as? Table)
    #expect(
      table.rows.compactMap { $0[0] as? String } == [
        "segment lung_threshold", "segment opacity_threshold", "threshold level", "morph-open radius",
      ])
    let row = try #require(table.rows.first { $0[0] as? String == "threshold level" })
    let column = try #require(table.columns.firstIndex(of: "percent.lower"))
    #expect(row[3] as? String == "0.45" && row[4] as? String == "0.55")
    #expect(try row[column] as? Double == shell.number("(seg | threshold 0.45 | morph-open radius=3px | severity).percent"))
    #expect(try row[column + 1] as? Double == shell.number("(seg | threshold 0.55 | morph-open radius=3px | severity).percent"))
    let lungs = try #require(table.rows.first { $0[0] as? String == "segment lung_threshold" })
    let typed =
      "(p | segment mirror=false lung_threshold=\(try #require(lungs[3] as? String)) | threshold 0.5 | morph-open radius=3px | severity).percent"
    #expect(try lungs[column] as? Double == shell.number(typed))
    #expect(try shell.number("f.low") <= shell.number("s.percent") && shell.number("f.high") >= shell.number("s.percent"))
    #expect(try shell.run("sensitivity s").json.text == shell.run("sensitivity s").json.text)
    // What says which image it is stays; a level that a method found moves.
    let otsu = try #require(try shell.run("m = p | threshold otsu; (sensitivity m.area).parameters") as? Table)
    #expect(otsu.rows.count == 1 && otsu.rows[0][2] as? Bool == true)
    #expect(try shell.run("sensitivity (p.opacity.area)").oneLine.hasSuffix("depends on no parameter"))
  }
}
