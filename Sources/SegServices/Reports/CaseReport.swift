import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// One X-ray with its severity as a page.
package struct CaseReport {
  package let page: ReportPage
  /// The X-ray that the page shows.
  package let image: GrayImage

  /// - Parameter showsNames: whether the names of files stand in the page; they may tell of a patient.
  /// - Throws: `CommandProblem` where the X-ray, the lungs or the opacity are not among what the value was made from; what making images throws.
  package init(_ severity: SeverityReport, of source: SeveritySource, title: String?, showsNames: Bool, _ context: Context) throws {
    let (lungs, opacity, segmentation) = (source.lungs, source.opacity, source.segmentation)
    guard let image = context.inputStep?.xray(of: opacity.size)?.image else { throw CommandProblem.noXRay("report") }
    let figures = severity.severity
    var names = FileNames(hidesAll: !showsNames, context.registry)
    let story = try Storyboard(of: context.inputStep, names: &names)
    let description =
      "X-ray with lungs outlined and opacity filled. \(severity.oneLine). \(severity.details.prefix(2).joined(separator: "; "))."
    let layers = try CaseLayers(
      image: image, lungs: lungs, opacity: opacity,
      probability: segmentation?.prediction == nil ? nil : segmentation?.probability(), severity: figures,
      description: description)

    var page = ReportPage(title: title ?? "Severity of lung opacity")
    page.subtitle =
      "\(Self.name(of: image, phantom: context.inputStep?.mainLine.lazy.compactMap { $0.value as? Phantom }.first, showsNames)): \(image.oneLine)"
    page.doubt = figures.doubt?.warning
    page.sections = [
      .screen("<div class=\"pair\"><section aria-label=\"X-ray\">") + layers.part + (try Self.zones(figures)) + .screen("</section>\n")
        + .section("severity", "Severity", try Self.table(severity)) + .screen("</div>"),
      .section("steps", "Processing steps", story.part),
      .section("parameters", "Parameters", Self.parameters(figures, story)),
      .section("recipe", "Recipe", Self.recipe(context, showsNames)),
    ]
    page.recipe = Self.recipeText(context, showsNames)
    self.page = page
    self.image = image
  }

  /// What the case is called.
  private static func name(of image: GrayImage, phantom: Phantom?, _ showsNames: Bool) -> String {
    if let phantom { return "Phantom, seed \(phantom.seed)" }
    guard let source = image.source else { return "Image" }
    return showsNames ? source.name : "\(source.format.map { "\($0)".uppercased() } ?? "Image") \(source.sha256.prefix(8))"
  }

  private static func table(_ report: SeverityReport) throws -> ReportPart {
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
      + LungZone.allCases.map {
        ("\($0.place) (\($0.rawValue))", severity.zones[$0])
      }
    var rows = names.map { name, figure in [name, figure.map { percent($0.value) } ?? "-", figure.map { range($0, percent) } ?? ""] }
    func score(_ value: Double) -> String { NumberFormat.fixed(value, 1) }
    for (name, figure) in [
      ("geographic extent (0-8)", severity.extent), ("geographic extent, estimated (0-8)", severity.extentEstimate),
      ("Brixia score, estimated (0-18)", severity.brixiaEstimate),
    ] {
      if let figure { rows.append([name, score(figure.value), range(figure, score)]) }
    }
    let value = severity.percent.map { percent($0.value) } ?? "no lungs found"
    let meaning = severity.percent == nil ? "" : "of the lungs opaque: \(severity.gradeText)"
    var part = ReportPart(
      html: "<p class=\"grade\">\(Markup.escaped(value))" + HTML.element("small", meaning) + "</p>\n", blocks: [.value(value, meaning)])
    if report.corrections > 0 {
      let before = report.before?.percent.map { "\(percent($0.value)) before" } ?? "not defined before"
      part += .paragraph(
        "Manually corrected in \(report.corrections) step\(report.corrections == 1 ? "" : "s"); \(before) the corrections."
      )
    }
    part += .table(
      "Opacity (percent of lung area) and scores",
      columns: [("", false), ("value", true), (severity.intervalRules == nil ? "interval" : "90 % prediction interval", true)], rows: rows)
    if let rules = severity.intervalRules, rules[.percent] != nil {
      part += .paragraph(
        "The intervals were calibrated on cases that neither this model nor the model it was fine-tuned from was trained on.",
        class: "note")
    }
    return part
  }

  private static func zones(_ severity: Severity) throws -> ReportPart {
    try .figure(ZonePlot.figure(severity)) + .screen("\n")
      + .paragraph(
        "Zones are thirds of the height of each lung. The patient's right lung is on the left of the image.", class: "note")
  }

  private static func parameters(_ severity: Severity, _ story: Storyboard) -> ReportPart {
    var rows = story.resolved.map { ["[\($0.step)] \($0.parameter)", $0.literal, "automatic"] }
    if let thresholds = severity.thresholds {
      func text(_ value: Float) -> String { NumberFormat.short(Double(value), 4) }
      rows.append(["lung probability threshold", text(thresholds.lungs), "model"])
      rows.append(["opacity probability threshold", text(thresholds.opacity), "model"])
      rows.append([
        "minimum opacity region, percent of lung area", NumberFormat.short(100 * Double(thresholds.leastRegion)) + " %", "model",
      ])
      rows.append([
        "minimum total opacity, percent of lung area", NumberFormat.short(100 * Double(thresholds.leastOpacity)) + " %", "model",
      ])
    }
    rows.append(["lung pixels", NumberFormat.grouped(severity.areas.both.area), "measured"])
    rows.append(["opaque lung pixels", NumberFormat.grouped(severity.areas.both.opaque), "measured"])
    return .table("Parameters and pixel counts", columns: [("parameter", false), ("value", true), ("source", false)], rows: rows)
  }

  /// The whole recipe as a text; nil where its lines cannot be written down.
  package static func recipeText(_ context: Context, _ showsNames: Bool) -> String? {
    context.input.flatMap { Recipe(of: $0, context, hidesNames: !showsNames) }?.text
  }

  /// The lines that make the value again, and the files that they read by digest.
  package static func recipe(_ context: Context, _ showsNames: Bool) -> ReportPart {
    guard let value = context.input, let recipe = Recipe(of: value, context, hidesNames: !showsNames) else {
      return .paragraph("The commands cannot be written as a recipe, or the recipe is longer than 1 MiB.")
    }
    let files = recipe.inputs.map { ("input", $0) } + recipe.models.map { ("model", $0) }
    let lines = files.map { kind, file in
      let (name, digest) = ("\(kind) \(file.name), \(NumberFormat.grouped(file.byteCount)) bytes", file.sha256 ?? "unknown")
      return ReportPart(
        html: "<p>\(Markup.escaped(name)), SHA-256 <code class=\"hash\">\(Markup.escaped(digest))</code></p>\n",
        blocks: [.paragraph("\(name), SHA-256 \(digest)", isNote: true)])
    }.joined()
    guard files.count > 4 else {
      return .code(recipe.text)
        + (files.isEmpty ? ReportPart() : .screen("<div class=\"files\"><h3>Files</h3>\n") + lines + .screen("</div>\n"))
    }
    // The digests of a cohort would fill pages of print: they can be unfolded on the screen, and are attached to a PDF.
    let digests = files.map { "\($0.1.sha256 ?? "unknown")\n" }.joined()
    return .code(shortened(recipe.text))
      + .paragraph(
        "\(NumberFormat.grouped(recipe.inputs.count)) input files, \(recipe.models.count) model\(recipe.models.count == 1 ? "" : "s"); SHA-256 of their"
          + " digests, one per line: \(SHA256.hexDigest(of: Array(digests.utf8))).", class: "note hash")
      + .screen(
        "<details><summary>Whole recipe</summary>\n<pre tabindex=\"0\">\(Markup.escaped(recipe.text))</pre></details>\n"
          + "<details><summary>\(files.count) files and their digests</summary>\n\(lines.html)</details>\n")
  }

  /// A recipe without what it says of files, and no longer than a page.
  private static func shortened(_ recipe: String) -> String {
    let lines = recipe.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("# input ") && !$0.hasPrefix("# model ")
    }
    let text = lines.joined(separator: "\n")
    let limit = 2400
    guard text.count > limit else { return text }
    return "\(text.prefix(limit / 2))\n… \(NumberFormat.grouped(text.count - limit)) characters more …\n\(text.suffix(limit / 2))"
  }
}
