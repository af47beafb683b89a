import Basics
import Foundation
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// Whatever follows a severity shows that severity, and no older one.
@Suite("What follows a severity")
struct LatestSeverityTests {
  static let start = "p = phantom size=192 seed=4 opacity=30%; img = p.image; seg = img | segment"
  static let right = "exclude rectangle [[0, 0], [191, 95]]"

  private func shell() throws -> Shell {
    let shell = try Shell()
    try shell.run(Self.start)
    return shell
  }

  private func graded(_ shell: Shell, _ line: String = "report page.html") throws -> String {
    try shell.run(line)
    let page = try shell.text("page.html")
    let start = try #require(page.firstRange(of: "<p class=\"grade\">")).upperBound
    return String(page[start...].prefix { $0 != "<" })
  }

  private func percent(_ shell: Shell, _ text: String) throws -> String { NumberFormat.percentage(try shell.number(text)) }

  @Test func `reports, plots, files and questions take the corrected severity that was just printed`() throws {
    let shell = try shell()
    let before = try percent(shell, "(seg | severity).percent")
    try shell.run("seg | \(Self.right) | severity")
    let after = try percent(shell, "it.percent")
    #expect(after != before)
    #expect(try graded(shell) == after)
    #expect(shell.notes.contains { $0.hasPrefix("it = _") && $0.contains("Severity \(after)") })
    let plot = try #require(try shell.run("plot") as? Plot)
    #expect(plot.figure.notes.first?.contains(after) == true)
    try shell.run("seg | \(Self.right) | severity")
    try shell.run("save out.json")
    #expect(try shell.text("out.json").contains("\"percent\": \(NumberFormat.exact(try shell.number("it.percent")))"))
    let explanation = try #require(try shell.run("explain") as? Explanation)
    #expect(explanation.details.contains { $0.contains("exclude rectangle") })
    #expect(try #require(try shell.run("sensitivity") as? Sensitivity).figures.first?.value == shell.number("it.percent"))
    #expect(try shell.text("page.html").contains("Manually corrected in 1 step"))
  }

  @Test func `one line, a saved script and the other lung follow the same rule`() throws {
    let shell = try shell()
    try shell.run("seg | \(Self.right) | severity; report page.html")
    let percent = try percent(shell, "it.percent")
    #expect(try shell.text("page.html").contains("<p class=\"grade\">\(percent)"))
    let script = try #require(try shell.script(why: nil))
    let again = try Shell(.script)
    try again.run(script)
    #expect(try again.text("page.html").contains("<p class=\"grade\">\(percent)"))
    try shell.run("seg | exclude rectangle [[0, 96], [191, 191]] | severity")
    #expect(try graded(shell) == self.percent(shell, "it.percent"))
    #expect(try shell.number("it.left.percent") == 0 && shell.number("it.right.percent") > 0)
    try shell.run("seg | severity lungs=(p.lungs)")
    #expect(try graded(shell) == self.percent(shell, "it.percent"))
    try shell.run("seg | threshold 0.2 | severity")
    #expect(try graded(shell) == self.percent(shell, "it.percent"))
  }

  @Test func `a doubt about the image stands beside every value of it`() throws {
    let shell = try Shell()
    try shell.run("seg = (phantom size=256 seed=7 opacity=30%).image | rotate 90deg | segment")
    let doubt = try #require((try shell.run("seg") as? Segmentation)?.doubt)
    let finding = doubt.finding.prefix(1).uppercased() + doubt.finding.dropFirst()
    #expect(try shell.run("seg").oneLine.contains("; WARNING: the image looks "))
    let report = try shell.run("score = seg.opacity | severity")
    #expect(report.oneLine.contains("; WARNING: ") && report.json.text.contains("\"doubt\": \"\(doubt.rawValue)\""))
    #expect(try #require(try shell.run("score | plot") as? Plot).figure.notes.contains { $0.contains("review the segmentation") })
    #expect(try shell.run("sensitivity score").oneLine.contains("WARNING"))
    #expect(try #require(try shell.run("explain score.percent") as? Explanation).details.contains { $0.contains("WARNING") })
    try shell.run(
      "score | report page.html; rows = [1] | each { seg | severity }; rows | report rows.html; rows | save rows.csv recipe=none")
    #expect(try shell.text("page.html").contains("<p class=\"doubt\" role=\"alert\">\(finding)"))
    #expect(try shell.text("rows.html").contains("<td>\(doubt.finding)"))
    #expect(try shell.text("rows.csv").contains(doubt.rawValue))
    let plain = try #require(try shell.run("seg | overlay") as? ColorImage)
    let legend = try #require(try shell.run("seg.opacity | overlay legend=true") as? ColorImage)
    let certain = try #require(
      try shell.run("(phantom size=256 seed=7).opacity | overlay background=(phantom size=256) legend=true") as? ColorImage)
    #expect(legend.size.height > plain.size.height && legend.size != certain.size)
    #expect(try ViewScene(try shell.subject(lookingAt: "score")).json.contains("\"doubt\": \"\(finding)"))
  }

  @Test func `what draws takes the mask that was measured`() throws {
    let shell = try shell()
    try shell.run("fixed = seg | \(Self.right); fixed | severity")
    try shell.run("overlay | save now.png recipe=none")
    #expect(shell.notes.contains { $0.hasPrefix("input: _") && $0.contains("Segmentation") && $0.contains("Severity was made from") })
    try shell.run("fixed | overlay | save right.png recipe=none; seg | overlay | save older.png recipe=none")
    #expect(try shell.bytes("now.png") == shell.bytes("right.png"))
    #expect(try shell.bytes("now.png") != shell.bytes("older.png"))
    try shell.run("fixed | severity")
    #expect(try #require(try shell.run("threshold 0.3") as? Mask) == shell.run("fixed | threshold 0.3") as? Mask)
    // One severity is no image of many cases: nothing older is taken instead.
    try shell.run("rows = 1..2 | each { {case: it, percent: it} }")
    #expect(try shell.failure("gaussian-filter").contains("gaussian-filter"))
  }

  @Test(arguments: [
    "other = img | segment | threshold 0.9; score = seg | threshold 0.2 | severity", "score = seg | severity lungs=(p.lungs)",
    "m = seg | threshold 0.3 | morph-open radius=1px; score = m | \(right) | severity", "score = (seg.left) | severity lungs=(seg.lungs)",
    "score = seg | \(right) | threshold 0.3 | severity", "score = seg | severity; later = seg | \(right) | severity",
  ])
  func `the report shows the masks of the severity that it is given`(lines: String) throws {
    let shell = try shell()
    try shell.run(lines)
    #expect(try graded(shell, "score | report page.html") == percent(shell, "score.percent"))
    let score = try #require(try shell.run("score") as? SeverityReport)
    let step = try #require(try shell.stepOf("score"))
    let source = try #require(try SeveritySource.measured(by: score, madeBy: step))
    #expect(try source.severity() == score.severity)
    #expect(try source.report().corrections == score.corrections)
  }

  @Test func `the severity before a correction is reported with the mask before it`() throws {
    let shell = try shell()
    try shell.run("score = seg | \(Self.right) | severity")
    #expect(try graded(shell, "score.before | report page.html") == percent(shell, "(seg | severity).percent"))
    #expect(!(try shell.text("page.html").contains("Manually corrected")))
    let step = try #require(try shell.stepOf("(score.before)"))
    let report = try #require(step.value as? SeverityReport)
    #expect(try #require(try SeveritySource.measured(by: report, madeBy: step)).opacity == (shell.run("seg.opacity") as? Mask))
    let explanation = try #require(try shell.run("explain score.before.percent") as? Explanation)
    #expect(explanation.oneLine.contains(NumberFormat.short(try shell.number("score.before.percent"), 2)))
  }

  @Test func `after undo and redo 'it' is what is left`() throws {
    let shell = try shell()
    try shell.run("seg | severity")
    let first = try percent(shell, "(seg | severity).percent")
    try shell.run("seg | \(Self.right) | severity")
    let second = try percent(shell, "it.percent")
    shell.undo()
    shell.undo()
    #expect(try graded(shell) == first)
    shell.undo()
    shell.redo()
    #expect(try graded(shell) == first)
    try shell.run("seg | \(Self.right) | severity")
    #expect(try graded(shell) == second)
  }

  @Test func `the page shows the severity that was just measured`() throws {
    let shell = try shell()
    try shell.run("seg | \(Self.right) | severity")
    let json = try ViewScene(try shell.subject()).json
    #expect(json.contains("\"after\": {\"percent\": \(NumberFormat.exact(try shell.number("it.percent")))"))
    #expect(json.contains("\"before\": {\"percent\": \(NumberFormat.exact(try shell.number("it.before.percent")))"))
    #expect(json.contains("\"before_is\": \"uncorrected\"") && json.contains("\"recorded\": true"))
    try shell.run("seg | severity lungs=(p.lungs)")
    #expect(
      try ViewScene(try shell.subject()).json.contains("\"after\": {\"percent\": \(NumberFormat.exact(try shell.number("it.percent")))"))
    // A table of many cases leaves the last image on the page.
    try shell.run("rows = 1..2 | each { {case: it, percent: it} }")
    #expect(try ViewScene(try shell.subject()).json.contains("\"width\": 192"))
  }

  @Test func `of several lungs those of the first input count, and that is said`() throws {
    let shell = try shell()
    try shell.run("second = (phantom size=192 seed=9 opacity=20%).image | segment")
    try shell.run("a = (seg.opacity minus second.opacity) | severity; b = (seg.opacity minus second.opacity) | severity lungs=(seg.lungs)")
    #expect(try shell.number("a.percent") == shell.number("b.percent"))
    #expect(shell.notes.contains { $0.contains("several lungs") })
  }

  @Test func `corrections survive a new threshold, of segmentations and of masks, and are counted`() throws {
    let shell = try shell()
    try shell.run("fixed = seg | \(Self.right) | include ellipse [[120, 120], [140, 140]]")
    for level in [0.1, 0.5, 0.9] {
      try shell.run("m = fixed | threshold \(level)")
      #expect(try shell.number("(m minus seg.left).area") == 0, "nothing is left of the right lung's opacity")
      let drawn = "((seg.opacity | include ellipse [[120, 120], [140, 140]]) minus seg.opacity)"
      #expect(try shell.number("((\(drawn) and seg.left) minus m).area") == 0, "what was drawn in is in")
      let report = try #require(try shell.run("score = m | severity") as? SeverityReport)
      #expect(report.corrections == 2)
      #expect(try shell.number("score.before.percent") == shell.number("(seg | threshold \(level) | severity).percent"))
      #expect(try graded(shell, "score | report page.html") == percent(shell, "score.percent"))
      #expect(try shell.text("page.html").contains("Manually corrected in 2 steps"))
    }
    #expect(try shell.number("(fixed | threshold 0.4 within=(seg.right)).area") == 0)
    #expect(try shell.number("(fixed.opacity | severity).corrections") == 2)
    #expect(try shell.number("(fixed.opacity | severity).before.percent") == shell.number("(seg.opacity | severity).percent"))
    try shell.run("wide = seg | include rectangle [[0, 0], [20, 20]] layer=right-lung")
    #expect(
      try shell.number("(wide | threshold 0.5 | severity).before.percent") == shell.number("(seg | threshold 0.5 | severity).percent"))
    #expect(try shell.run("seg | threshold 0.3") as? Mask == shell.run("(seg.probability) | threshold 0.3 within=(seg.lungs)") as? Mask)
    try shell.run("t = 0.4; n = fixed | threshold (t) | paint [[100, 120], [100, 130]] radius=3px; s = n | severity")
    #expect(try shell.number("s.corrections") == 3)
    #expect(try shell.number("s.before.percent") == shell.number("(seg | threshold 0.4 | severity).percent"))
  }
}
