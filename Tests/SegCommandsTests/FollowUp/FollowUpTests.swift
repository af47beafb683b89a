import Basics
import Foundation
import ImageOps
import SegLang
import SegModel
import SegValues
import TestSupport
import Testing

@testable import SegCommands
@testable import SegServices

@Suite("Follow-up")
struct FollowUpTests {
  /// Two dates of one phantom; the second was taken turned and moved.
  private static let dates = """
    a = (phantom size=256 seed=11 opacity=40%).image
    b = (phantom size=256 seed=11 opacity=15%).image | affine angle=4deg right=6px down=-4px
    """

  @Test func `compares two X-rays of one patient where both show lung`() throws {
    let shell = try Shell()
    try shell.run(Self.dates)
    let value = try #require(try shell.run("f = follow-up a b") as? FollowUp)
    #expect(value.misalignments.isEmpty, "\(value.misalignments)")
    #expect((value.placements[0].agreement ?? 0) > 0.9)
    let change = try shell.number("f.change")
    #expect(change < -5)
    #expect(abs(change - (try shell.number("(b | segment | severity).percent - (a | segment | severity).percent"))) < 1e-9)
    #expect(try shell.number("f.resolved_percent") > 5 && shell.number("f.new_percent") < 5)
    // New and persistent opacity are that of the last X-ray in the shared field.
    #expect(try shell.number("(f.new or f.persistent).area") == shell.number("((b | segment).opacity and f.field).area"))
    let interval = try #require(change.isFinite ? value.change()?.interval : nil)
    let (low, high) = (try shell.number("f.interval[0]"), try shell.number("f.interval[1]"))
    #expect(interval == low...high && low <= change && change <= high)
    #expect(value.oneLine.contains("points (90 % prediction interval") && value.details.last == "For research; not a diagnosis.")
    // The same again, bit for bit.
    #expect((try shell.run("follow-up a b") as? FollowUp)?.contentHash == value.contentHash)
  }

  @Test func `segmentations are compared as they are, with the X-rays that they were made from`() throws {
    let shell = try Shell()
    try shell.run(Self.dates)
    let whole = try #require(try shell.run("follow-up a b") as? FollowUp)
    let segmented = try #require(try shell.run("s = a | segment; t = b | segment; follow-up s t") as? FollowUp)
    #expect(segmented.contentHash == whole.contentHash && segmented.placements == whole.placements)
    // A correction counts.
    let corrected = try #require(try shell.run("u = t | exclude rectangle [[0, 0], [255, 255]]; follow-up s u") as? FollowUp)
    #expect(corrected.opacity.new.isEmpty && corrected.opacity.persistent.isEmpty && corrected.examinations[1].severity.percent?.value == 0)
  }

  @Test func `a list gives a course of any number of dates`() throws {
    let shell = try Shell()
    try shell.run(Self.dates)
    try shell.run("c = (phantom size=256 seed=11 opacity=5%).image")
    let value = try #require(
      try shell.run("f = [a, b, c] | follow-up dates=[\"2020-03-14\", \"2020-03-17\", \"2020-03-28\"]") as? FollowUp)
    #expect(value.course.rows.count == 3 && value.course.columns.first == "date" && value.placements.count == 2)
    #expect(value.change()?.value == value.change(to: 2)?.value)
    let plot = try #require(try shell.run("f | plot") as? Plot)
    #expect(plot.kind == .line && plot.figure.marks.contains { if case .band(let spans) = $0.shape { spans.count == 3 } else { false } })
    try shell.run("f | save course.csv recipe=none")
    #expect(try shell.text("course.csv").hasPrefix("date,percent,percent.low,percent.high,change,"))
    try shell.run("f | save change.png recipe=none")
    // Segmentations in a list find their X-rays too.
    let listed = try #require(try shell.run("s = a | segment; t = b | segment; [s, t] | follow-up") as? FollowUp)
    #expect(listed.examinations.allSatisfy { $0.image != nil })
    let rows = try #require(try shell.run("[{date: \"2020-03-14\", image: a}, {date: \"2020-03-20\", image: b}] | follow-up") as? FollowUp)
    #expect(rows.examinations.map(\.date) == ["2020-03-14", "2020-03-20"])
  }

  @Test func `states what is missing or wrong`() throws {
    let shell = try Shell()
    try shell.run("a = (phantom size=128 seed=1).image; b = (phantom size=128 seed=1).image")
    #expect(try shell.failure("follow-up a").contains("a later X-ray"))
    #expect(try shell.failure("follow-up a 3").contains("not a Number"))
    #expect(try shell.failure("follow-up a b dates=[\"2020-03-14\"]").contains("one for each of the 2 X-rays"))
    #expect(try shell.failure("follow-up a b dates=[\"2020-03-14\", \"today\"]").contains("`today`"))
    #expect(try shell.failure("follow-up a b dates=[\"2020-03-14\", \"2020-03-13\"]").contains("in order of time"))
    #expect(try shell.failure("[a] | follow-up").contains("a later X-ray"))
    #expect(try shell.failure("dark = a - a; follow-up a dark").contains("the lung field of X-ray 2"))
  }

  @Test func `warns where lungs can only be aligned by their boxes`() throws {
    let phantom = try Phantom.make(seed: 3, size: Size(width: 128, height: 128))
    let segmentation = Segmentation(lungs: phantom.lungs, opacity: phantom.opacity)
    let drawn = try FollowUp.Examination(date: "2026-03-14", image: nil, segmentation: segmentation)
    let known = try FollowUp.Examination(date: "2026-03-15", image: phantom.image, segmentation: segmentation)
    let value = try FollowUp([drawn, known], tolerance: 2)
    #expect(value.warnings == ["2026-03-14: aligned to the lungs, not registered, lungs overlap 100 %, because an X-ray is unknown"])
    #expect(value.opacity.new.isEmpty && value.opacity.persistent == phantom.opacity)
  }

  @Test func `another projection is a warning`() throws {
    func examination(_ projection: Examination.Projection?) throws -> FollowUp.Examination {
      let phantom = try Phantom.make(seed: 3, size: Size(width: 128, height: 128))
      var image = phantom.image
      image.source = GrayImage.Source(name: "x.dcm", sha256: "", format: .dicom, examination: Examination(projection: projection))
      return try FollowUp.Examination(
        date: nil, image: image, segmentation: Segmentation(lungs: phantom.lungs, opacity: phantom.opacity))
    }
    let differing = try FollowUp([examination(.anteroposterior), examination(.posteroanterior)], tolerance: 2)
    #expect(differing.warnings == ["X-ray 1: projection AP, the last X-ray PA"])
    #expect(try FollowUp([examination(.anteroposterior), examination(.anteroposterior)], tolerance: 2).warnings.isEmpty)
    #expect(try FollowUp([examination(nil), examination(.anteroposterior)], tolerance: 2).warnings.isEmpty)
    #expect(differing.change()?.interval == nil && differing.change()?.value == 0)
  }

  @Test func `a report says the change, where it is, and what to make of it`() throws {
    let shell = try Shell()
    try shell.run(Self.dates)
    try shell.run("f = follow-up a b dates=[\"2020-03-14\", \"2020-03-21\"]; f | report f.html")
    let page = try shell.text("f.html")
    for text in [
      "class=\"grade\">-", "90 % prediction interval", "right lung", "2020-03-21", "thick outline", "registered (",
      "does not cover a difference of projection",
      "alt=\"The last X-ray with opacity in the lung field of both X-rays: new ", "follow-up", "seglang 1",
    ] { #expect(page.contains(text), "\(text)") }
    let again = try Shell(folder: shell.folder)
    try again.run(Self.dates)
    try again.run("f = follow-up a b dates=[\"2020-03-14\", \"2020-03-21\"]; f | report g.html")
    #expect(try again.text("g.html") == page)
  }
}
