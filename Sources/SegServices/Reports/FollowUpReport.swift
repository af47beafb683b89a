import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// X-rays of one patient over time as a page: the change, where it is, and the course.
package struct FollowUpReport {
  package let page: ReportPage
  /// The X-rays of the page.
  package let images: [GrayImage]

  /// Longest side of the image, in pixels.
  private static let side = 1280

  /// - Parameter showsNames: Whether names of files stand in the recipe.
  /// - Throws: What drawing throws.
  package init(_ followUp: FollowUp, title: String?, showsNames: Bool, _ context: Context) throws {
    var page = ReportPage(title: title ?? "Follow-up of lung opacity")
    page.subtitle =
      "\(followUp.examinations.count) X-rays: "
      + followUp.examinations.indices.map { followUp.name(of: $0) }.joined(separator: ", ")
    if !followUp.warnings.isEmpty { page.doubt = followUp.warnings.map { "Warning: \($0)." }.joined(separator: " ") }
    page.sections = [
      .section("change", "Change", try Self.change(followUp)),
      .section(
        "where", "Where, and when",
        try Self.picture(followUp) + .figure(try followUp.figure())
          + .screen("</div>\n") + .paragraph(Self.caption(followUp), class: "note")),
      .section("course", "Course", Self.course(followUp)),
      .section("recipe", "Recipe", CaseReport.recipe(context, showsNames)),
    ]
    page.recipe = CaseReport.recipeText(context, showsNames)
    self.page = page
    images = followUp.examinations.compactMap(\.image)
  }

  private static func change(_ followUp: FollowUp) throws -> ReportPart {
    let change = followUp.change()
    let value = change.map { "\(SeverityChange.signed($0.value)) points" } ?? "-"
    let meaning = "of the lungs opaque, from \(followUp.name(of: 0)) to \(followUp.name(of: followUp.examinations.count - 1))"
    let (first, last) = (followUp.examinations[0].severity, followUp.examinations[followUp.examinations.count - 1].severity)
    let lungs: [(String, KeyPath<Severity, Severity.Figure?>)] = [
      ("both lungs", \.percent), ("right lung", \.rightPercent), ("left lung", \.leftPercent),
    ]
    let rows = lungs.map { name, figure in
      let change = followUp.change(of: figure)
      return [
        name, first[keyPath: figure].map { NumberFormat.percentage($0.value) } ?? "-",
        last[keyPath: figure].map { NumberFormat.percentage($0.value) } ?? "-", change.map { SeverityChange.signed($0.value) } ?? "-",
        change?.interval.map(text) ?? "",
      ]
    }
    let certainty: ReportPart =
      if let change, let interval = change.interval {
        .paragraph(
          "90 % prediction interval \(text(interval)) points"
            + (change.isCertain ? "." : ", which includes no change: the model alone may have made the difference."))
      } else {
        .paragraph("The change has no interval: a segmentation was drawn, or its model is not calibrated.", class: "note")
      }
    return ReportPart(
      html: "<p class=\"grade\">\(Markup.escaped(value))" + HTML.element("small", meaning) + "</p>\n", blocks: [.value(value, meaning)])
      + certainty
      + .table(
        "Opacity (percent of lung area)",
        columns: [("", false), ("first", true), ("last", true), ("change, points", true), ("90 % prediction interval", true)], rows: rows)
  }

  private static func text(_ interval: ClosedRange<Double>) -> String {
    "\(SeverityChange.signed(interval.lowerBound)) to \(SeverityChange.signed(interval.upperBound))"
  }

  private static func picture(_ followUp: FollowUp) throws -> ReportPart {
    let whole = try followUp.picture()
    let size = CaseLayers.fitted(whole.size, side: side)
    let paper = try PaperImage(size == whole.size ? whole : whole.resampled(to: size, using: .area))
    let shares = followUp.shares.map { "\($0.name) \(NumberFormat.percentage($0.percent))" }.joined(separator: ", ")
    let description = "The last X-ray with opacity in the lung field of both X-rays: \(shares). \(followUp.oneLine)."
    return ReportPart(
      html: "<div class=\"pair\"><img class=\"stage\" src=\"\(paper.address)\" alt=\"\(Markup.escaped(description))\">\n",
      blocks: [.image(paper)])
  }

  private static func caption(_ followUp: FollowUp) -> String {
    "New opacity has a thick outline, resolved opacity a dashed one, persistent opacity a thin one. Percent of the lung field that the first X-ray "
      + "and the last share. An outline that moved by less than \(NumberFormat.short(followUp.tolerance, 0)) px counts as persistent."
  }

  private static func course(_ followUp: FollowUp) -> ReportPart {
    let rows = followUp.examinations.indices.map { index in
      let percent = followUp.examinations[index].severity.percent
      let step = followUp.step(to: index)
      let range = percent.flatMap { percent in
        percent.halfWidth.map { _ in
          "\(NumberFormat.percentage(percent.interval.lowerBound)) to \(NumberFormat.percentage(percent.interval.upperBound))"
        }
      }
      return [
        followUp.name(of: index), percent.map { NumberFormat.percentage($0.value) } ?? "-", range ?? "",
        step.map { SeverityChange.signed($0.value) } ?? "", step?.interval.map(text) ?? "",
      ]
    }
    let alignment = followUp.placements.indices.map { "\(followUp.name(of: $0)) \(followUp.placements[$0].words)" }
    return .table(
      "Opacity over time, with 90 % prediction intervals",
      columns: [("X-ray", false), ("percent", true), ("interval", true), ("change since the X-ray before", true), ("interval", true)],
      rows: rows)
      + .paragraph(
        "Alignment to the last X-ray: \(alignment.joined(separator: "; ")). The interval of a change covers the change that a reader would measure. "
          + "It does not cover a difference of projection, inspiration or pose.", class: "note")
  }
}
