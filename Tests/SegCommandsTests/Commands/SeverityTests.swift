import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegValues

@Suite("Segmentation and severity")
struct SeverityCommandTests {
  @Test func `a mask finds its lungs where it came from`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=256 seed=4 opacity=30%; score = p.opacity | severity")
    let report = try #require(try shell.run("score") as? SeverityReport)
    let phantom = try #require(try shell.run("p") as? Phantom)
    let share = 100 * Double(phantom.opacity.count) / Double(phantom.lungs.foreground.count)
    #expect(abs(try #require(report.severity.percent).value - share) < 1e-9)
    #expect(try shell.number("score.percent") == report.severity.percent?.value)
    #expect(try shell.number("score.right.percent") == report.severity.rightPercent?.value)
    #expect(try shell.number("score.zones.C") == report.severity.zones[.c]?.value)
    #expect(try shell.number("score.extent") == report.severity.extent?.value)
    #expect(try shell.run("score.intervals.right.percent") is List)
    #expect(try shell.run("score.grade") as? String == report.severity.grade.rawValue)
    #expect(try shell.run("score.right.percent > 5 and score.extent >= 1") is Bool)
    #expect(try shell.run("p.opacity | morph-erode radius=1px | severity") is SeverityReport)
  }

  @Test func `lungs are given where nothing tells them`() throws {
    let shell = try Shell()
    try shell.run(
      "p = phantom size=128 opacity=20%; p.opacity | save m.png; p.lungs | save l.png; m = load-mask m.png; l = load-labels l.png")
    #expect(try shell.failure("m | severity").contains("lungs=seg.lungs"))
    #expect(try shell.number("(m | severity lungs=l).percent") == shell.number("(p.opacity | severity).percent"))
    #expect(try shell.number("(m | severity lungs=(l.all)).percent") == shell.number("(p.opacity | severity).percent"))
    #expect(try shell.failure("m | severity lungs=((phantom size=64).lungs)").contains("belong to different images"))
  }

  @Test func `figures are saved and told in JSON`() throws {
    let shell = try Shell()
    try shell.run("score = (phantom size=128 opacity=20%).opacity | severity; score | save s.json; score | save s.csv")
    let text = try shell.text("s.json")
    for part in ["\"percent\": ", "\"right\": {\"percent\"", "\"zones\": {\"A\"", "\"intervals\": {\"percent\": [", "not a diagnosis"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(try shell.text("s.csv").hasPrefix("percent,percent.low,percent.high,right.percent,right.percent.low,"))
  }

  @Test func `segment gives parts of the picture's size`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=160; seg = p | segment")
    #expect(try shell.run("seg.lungs") is LabelImage)
    #expect(try shell.run("seg.opacity") is Mask)
    #expect(try shell.run("seg.probability") is ProbabilityMap)
    #expect(try shell.run("seg.right or seg.left") is Mask)
    #expect(try shell.number("(seg | threshold 0 within=(seg.lungs)).area") <= shell.number("seg.lungs.area"))
    #expect(try shell.run("seg | morph-open radius=1px") is Mask, "counts as its opacity")
    #expect(try shell.run("seg.probability | overlay") is ColorImage)
    #expect(try shell.run("seg | overlay legend=true") is ColorImage)
    #expect(try shell.failure("seg | threshold 3").contains("0 to 1"))
    #expect(try shell.failure("p | segment model=nothing").contains("there is no model `nothing`; available: default"))
  }

  @Test func `the shipped model finds the lungs of a phantom`() throws {
    let shell = try Shell()
    try shell.run("p = phantom size=512 seed=3 opacity=25%; seg = p | segment")
    #expect(try shell.number("(seg.lungs | compare (p.lungs)).dice") > 0.7)
    #expect(try shell.number("(seg | severity).percent") > 5)
  }

  @Test func `a stopped segmentation leaves everything as it was`() throws {
    let shell = try Shell(isCancelled: { true })
    let outcome = try shell.execute("seg = phantom size=64 | segment")
    #expect(outcome.wasCancelled)
    #expect(try shell.execute("seg").hasErrors)
  }
}
