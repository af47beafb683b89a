import ImageOps
import Plotting
import SegLang
import SegModel

/// One X-ray with its severity as a page.
struct CaseReport {
  let page: ReportPage

  /// - Parameter showsNames: whether the names of files stand in the page; they may tell of a patient.
  /// - Throws: `CommandProblem` where the X-ray, the lungs or the opacity are not among what the value was made from; what making pictures throws.
  init(_ severity: SeverityReport, opacity: Mask, title: String?, showsNames: Bool, _ context: Context) throws {
    let cancellation = context.cancellation
    guard let lungs = context.lungs(of: opacity.size) else { throw CommandProblem.noLungs }
    let steps = (context.inputStep?.ancestry ?? []).reversed()
    let images = steps.compactMap { step in
      ((step.value as? GrayImage) ?? (step.value as? Phantom)?.image).flatMap { $0.size == opacity.size ? (image: $0, step: step) : nil }
    }
    // The X-ray itself rather than what was made of it.
    guard let image = images.last?.image else { throw CommandProblem.noPicture("report") }
    let segmentation = context.segmentation.flatMap { $0.size == opacity.size ? $0 : nil }
    let figures = severity.severity
    var names = FileNames(hidesAll: !showsNames)
    let story = try Storyboard(of: context.inputStep, names: &names, polling: cancellation)
    let description =
      "X-ray with lungs outlined and opacity filled. \(severity.oneLine). \(severity.details.prefix(2).joined(separator: "; "))."
    let layers = try CaseLayers(
      image: image, lungs: lungs, opacity: opacity,
      probability: segmentation?.prediction == nil ? nil : segmentation?.probability(polling: cancellation), severity: figures,
      description: description, polling: cancellation)

    var page = ReportPage(title: title ?? "Severity of opacity in the lungs")
    page.subtitle = "\(Self.name(of: image, phantom: steps.lazy.compactMap { $0.value as? Phantom }.first, showsNames)): \(image.oneLine)"
    page.doubt = figures.doubt.map { "The picture looks \($0.wording): do not trust these figures." }
    page.sections = [
      "<div class=\"pair\"><section aria-label=\"X-ray\">\(layers.html)</section>\n"
        + ReportPage.section("severity", "Severity", try Self.table(severity)) + "</div>",
      ReportPage.section("steps", "How it was made", story.html),
      ReportPage.section("parameters", "Parameters", Self.parameters(figures, story)),
      ReportPage.section("recipe", "Recipe", Self.recipe(context, showsNames)),
    ]
    self.page = page
  }

  /// What the case is called.
  private static func name(of image: GrayImage, phantom: Phantom?, _ showsNames: Bool) -> String {
    if let phantom { return "Phantom, seed \(phantom.seed)" }
    guard let source = image.source else { return "Picture" }
    return showsNames ? source.name : "\(source.format.map { "\($0)".uppercased() } ?? "Picture") \(source.sha256.prefix(8))"
  }

  private static func table(_ report: SeverityReport) throws -> String {
    let severity = report.severity
    func percent(_ value: Double) -> String { NumberFormat.percentage(value) }
    func range(_ figure: Severity.Figure, _ text: (Double) -> String) -> String {
      let interval = figure.interval
      return interval.lowerBound < interval.upperBound ? "\(text(interval.lowerBound)) to \(text(interval.upperBound))" : ""
    }
    let names =
      [
        ("both lungs", severity.percent), ("right lung", severity.rightPercent), ("left lung", severity.leftPercent),
      ]
      + zip(CaseRecord.Zone.allCases, ["right upper", "right middle", "right lower", "left upper", "left middle", "left lower"]).map {
        ("\($1) (\($0.rawValue))", severity.zones[$0])
      }
    var rows = names.map { name, figure in [name, figure.map { percent($0.value) } ?? "-", figure.map { range($0, percent) } ?? ""] }
    func score(_ value: Double) -> String { NumberFormat.fixed(value, 1) }
    for (name, figure) in [
      ("geographic extent, 0 to 8", severity.extent), ("extent as readers would score, 0 to 8", severity.extentEstimate),
      ("Brixia score as readers would, 0 to 18", severity.brixiaEstimate),
    ] {
      if let figure { rows.append([name, score(figure.value), range(figure, score)]) }
    }
    var html = "<p class=\"grade\">\(Markup.escaped(severity.percent.map { percent($0.value) } ?? "no lungs found"))"
    html += HTML.element("small", severity.percent == nil ? "" : "of the lungs opaque: \(severity.grade.rawValue)") + "</p>\n"
    if report.corrections > 0 {
      let before = report.before?.percent.map { "\(percent($0.value)) before" } ?? "not defined before"
      html += HTML.element("p", "Corrected by a person in \(report.corrections) step\(report.corrections == 1 ? "" : "s"); \(before).")
    }
    html += HTML.table(
      "Opaque share of the area, with the interval that says how firm each figure is",
      columns: [("", false), ("figure", true), ("interval", true)], rows: rows)
    if let rules = severity.intervalRules, rules[.percent] != nil {
      html += HTML.element("p", "Intervals were calibrated on cases that the model had not seen.", class: "note")
    }
    html += "<div class=\"drawing\">\(try ZoneFigure.figure(severity).svg())</div>\n"
    html += HTML.element(
      "p", "Zones are thirds of each lung by its own height; the patient's right lung stands on the left of the picture.", class: "note")
    return html
  }

  private static func parameters(_ severity: Severity, _ story: Storyboard) -> String {
    var rows = story.resolved.map { ["[\($0.step)] \($0.parameter)", $0.literal, "left open by the line"] }
    if let thresholds = severity.thresholds {
      func text(_ value: Float) -> String { NumberFormat.short(Double(value), 4) }
      rows.append(["lungs from a probability of", text(thresholds.lungs), "of the model"])
      rows.append(["opacity from a probability of", text(thresholds.opacity), "of the model"])
      rows.append([
        "least region of opacity, of the lungs", NumberFormat.short(100 * Double(thresholds.leastRegion)) + " %", "of the model",
      ])
      rows.append(["least opacity in all, of the lungs", NumberFormat.short(100 * Double(thresholds.leastOpacity)) + " %", "of the model"])
    }
    rows.append(["pixels of the lungs", NumberFormat.grouped(severity.areas.both.area), "counted"])
    rows.append(["opaque pixels in them", NumberFormat.grouped(severity.areas.both.opaque), "counted"])
    return HTML.table("What the figures rest on", columns: [("parameter", false), ("value", true), ("from", false)], rows: rows)
  }

  /// The lines that make the value again, and the files that they read by digest.
  static func recipe(_ context: Context, _ showsNames: Bool) -> String {
    guard let value = context.input, let recipe = Recipe(of: value, context, hidesNames: !showsNames) else {
      return HTML.element("p", "The lines cannot be written down, or are longer than 1 MiB.")
    }
    let files = recipe.inputs.map { ("input", $0) } + recipe.models.map { ("model", $0) }
    var html = "<pre tabindex=\"0\">\(Markup.escaped(recipe.text))</pre>\n"
    if !files.isEmpty {
      let lines = files.map { kind, file in
        "<p>\(Markup.escaped("\(kind) \(file.name), \(NumberFormat.grouped(file.byteCount)) bytes")), "
          + "SHA-256 <code class=\"hash\">\(Markup.escaped(file.sha256 ?? "unknown"))</code></p>\n"
      }.joined()
      // Those of a cohort are many, and stand in the recipe too.
      html +=
        files.count <= 4
        ? "<h3>Files</h3>\n\(lines)" : "<details><summary>\(files.count) files and their digests</summary>\n\(lines)</details>\n"
    }
    return html
  }
}
