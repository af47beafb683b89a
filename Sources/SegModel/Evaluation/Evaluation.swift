import Basics
import ImageOps

/// The evaluation of a model on a set of cases, as tables.
public struct Evaluation: Sendable {
  /// One value over a number of cases.
  public typealias Figure = ResultSection.Figure
  /// A titled group of values.
  public typealias Section = ResultSection

  /// The evaluated cases.
  public let cases: [CaseEvaluation]

  /// Creates an evaluation from evaluated cases.
  public init(cases: [CaseEvaluation]) { self.cases = cases }

  /// Evaluates cases one after the other.
  ///
  /// - Parameters:
  ///   - segmenter: Returns the model for a case.
  ///   - comparesMasks: Whether to compare a case with its masks; false if the model learned from them.
  ///   - onCase: Called with the number of cases done after each.
  /// - Throws: Errors of reading; `CancellationError`.
  public init(
    of segmenter: (CaseRecord) -> Segmenter, on records: [CaseRecord], comparesMasks: (CaseRecord) -> Bool = { _ in true },
    onCase: (Int) -> Void = { _ in }
  ) throws {
    let cancellation = Cancellation.current
    var cases: [CaseEvaluation] = []
    for record in records {
      try cancellation.check()
      cases.append(try CaseEvaluation(record, segmenter: segmenter(record), comparesMasks: comparesMasks(record)))
      onCase(cases.count)
    }
    self.init(cases: cases)
  }

  /// Overlap with reference masks, surface distances, agreement with readers, and results on X-rays without opacity; sections without cases are left
  /// out.
  public var sections: [Section] {
    [overlapSection, distanceSection, scoreSection, clearSection].filter { !$0.figures.isEmpty }
  }

  private var overlapSection: Section {
    var figures: [Figure] = []
    let kinds: [(String, (CaseEvaluation) -> Overlap?)] = [
      ("lungs", \.lungs), ("right lung", \.rightLung), ("left lung", \.leftLung), ("opacity", \.opacity),
    ]
    for (name, overlap) in kinds {
      let overlaps = cases.compactMap(overlap)
      figures += Figure.summary("\(name) Dice", overlaps.map(\.dice))
      figures += Figure.summary("\(name) IoU", overlaps.map(\.iou))
    }
    let sides = cases.compactMap(\.hasSidesApart).map { $0 ? 1.0 : 0 }
    if !sides.isEmpty {
      figures.append(Figure.measured("right and left lung distinguished", sides.count) { Statistics.mean($0.map { sides[$0] }) })
    }
    return Section(title: "Overlap with reference masks", figures: figures)
  }

  private var distanceSection: Section {
    func finite(_ distances: [SurfaceDistances], _ measure: (SurfaceDistances) -> Double) -> [Double] {
      distances.map(measure).filter(\.isFinite)
    }
    let lungs = cases.compactMap(\.lungsDistance)
    let opacity = cases.compactMap(\.opacityDistance)
    return Section(
      title: "Surface distance in px (both masks nonempty)",
      figures: Figure.summary("lungs, average symmetric", finite(lungs, \.averageSymmetric))
        + Figure.summary("lungs, Hausdorff 95 %", finite(lungs, \.hausdorff95))
        + Figure.summary("opacity, average symmetric", finite(opacity, \.averageSymmetric))
        + Figure.summary("opacity, Hausdorff 95 %", finite(opacity, \.hausdorff95)))
  }

  private var scoreSection: Section {
    let pairs: [(String, (Severity) -> Severity.Figure?, (CaseEvaluation) -> Double?)] = [
      ("percent and drawn percent", \.percent, \.drawnPercent),
      ("percent and geographic extent", \.percent, \.record.geographicExtent),
      ("extent and geographic extent", \.extent, \.record.geographicExtent),
      ("extent_estimate and geographic extent", \.extentEstimate, \.record.geographicExtent),
      ("percent and Brixia", \.percent, \.record.brixia), ("extent and Brixia", \.extent, \.record.brixia),
      ("brixia_estimate and Brixia", \.brixiaEstimate, \.record.brixia),
    ]
    var figures: [Figure] = []
    for (name, estimate, truth) in pairs {
      let points = cases.compactMap { item in
        estimate(item.severity).flatMap { figure in truth(item).map { (figure, $0) } }
      }
      guard points.count >= 3 else { continue }
      let (x, y) = (points.map(\.0.value), points.map(\.1))
      figures.append(Figure.measured("\(name): Pearson", points.count) { Statistics.pearson($0.map { x[$0] }, $0.map { y[$0] }) })
      figures.append(Figure.measured("\(name): Spearman", points.count) { Statistics.spearman($0.map { x[$0] }, $0.map { y[$0] }) })
      // A mean absolute error is of figures that are on one scale.
      guard !name.hasPrefix("percent and g"), !name.hasSuffix("percent and Brixia"), !name.hasPrefix("extent and B") else { continue }
      figures.append(
        Figure.measured("\(name): mean absolute error", points.count) { Statistics.meanAbsoluteError($0.map { x[$0] }, $0.map { y[$0] }) })
      let inside = points.map { $0.interval.contains($1) ? 1.0 : 0 }
      figures.append(Figure.measured("\(name): share inside the interval", points.count) { Statistics.mean($0.map { inside[$0] }) })
    }
    return Section(title: "Agreement with readers", figures: figures)
  }

  /// X-rays that are known to be without opacity: nothing was drawn, the reader's Brixia score is 0, or nothing was found.
  private var clearSection: Section {
    let percents = cases.filter {
      $0.drawnPercent == 0 || $0.drawnPercent == nil && ($0.record.brixia == 0 || $0.record.finding == "No Finding")
    }
    .compactMap(\.severity.percent?.value)
    guard !percents.isEmpty else { return Section(title: "", figures: []) }
    return Section(
      title: "X-rays without opacity",
      figures: Figure.summary("percent", percents) + [
        Figure.measured("share called at most 3 % opaque", percents.count) { Statistics.mean($0.map { percents[$0] <= 3 ? 1 : 0 }) }
      ])
  }

  /// The figures that matter most.
  var mainFigures: [Figure] {
    let wanted: Set = [
      "lungs Dice, mean", "opacity Dice, mean", "opacity Dice, median", "percent and drawn percent: mean absolute error",
      "extent and geographic extent: Pearson", "extent_estimate and geographic extent: Pearson",
      "extent_estimate and geographic extent: mean absolute error", "brixia_estimate and Brixia: Pearson",
      "brixia_estimate and Brixia: mean absolute error", "share called at most 3 % opaque",
    ]
    return sections.flatMap(\.figures).filter { wanted.contains($0.name) && $0.value != nil }
  }
}

// MARK: - As text and JSON

extension Evaluation {
  /// The sections as aligned columns of text: name, number of cases, value, interval.
  public var table: String { Self.table(of: sections) }

  /// Formats sections as aligned columns of text: name, number of cases, value, interval.
  public static func table(of sections: [Section]) -> String {
    let width = sections.flatMap(\.figures).map(\.name.count).max() ?? 0
    func padded(_ text: String, to width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    func aligned(_ text: String, to width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    var lines: [String] = []
    for section in sections {
      if !lines.isEmpty { lines.append("") }
      lines.append(padded(section.title, to: width) + aligned("n", to: 7) + aligned("value", to: 9) + "   95 % interval")
      for figure in section.figures {
        let value = figure.value.map { NumberFormat.tabulated($0) } ?? "-"
        let interval = figure.interval.map { "\(NumberFormat.tabulated($0.lowerBound)) to \(NumberFormat.tabulated($0.upperBound))" } ?? ""
        lines.append(padded(figure.name, to: width) + aligned("\(figure.count)", to: 7) + aligned(value, to: 9) + "   " + interval)
      }
    }
    return lines.map { "\($0)\n" }.joined()
  }

  /// The sections and the cases as JSON, each case with its Dice coefficients and severity.
  public var json: JSON {
    let cases = cases.map { item -> JSON in
      [
        "id": .string(item.record.id), "patient": .string(item.record.patient),
        "fold": item.record.fold.map { .number(Double($0)) } ?? .null, "lungs_dice": item.lungs.map { .number($0.dice) } ?? .null,
        "right_lung_dice": item.rightLung.map { .number($0.dice) } ?? .null,
        "left_lung_dice": item.leftLung.map { .number($0.dice) } ?? .null, "opacity_dice": item.opacity.map { .number($0.dice) } ?? .null,
        "drawn_percent": item.drawnPercent.map(JSON.number) ?? .null,
        "geographic_extent": item.record.geographicExtent.map(JSON.number) ?? .null, "brixia": item.record.brixia.map(JSON.number) ?? .null,
        "severity": item.severity.json,
      ]
    }
    return ["sections": .array(sections.map(\.json)), "cases": .array(cases)]
  }
}
