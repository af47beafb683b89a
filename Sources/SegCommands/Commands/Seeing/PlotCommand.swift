import Basics
import ImageOps
import Plotting
import SegLang
import SegModel
import SegValues

/// `plot`: figures as a drawing.
struct PlotCommand: Command {
  static let category = Category.seeing
  static let summary = "Plots a histogram, a profile, the zones of a severity, or columns of a table."
  static let discussion = """
    An image or probability map yields its histogram; a mask the histogram of its image with the threshold as a line; a severity its zones with \
    intervals; a list of numbers a line. For a table, x= and y= select columns: numbers and dates yield a line, names yield bars, and by= splits \
    rows into series. Intervals of y are drawn as well (columns y.low and y.high). kind=box and violin draw y in the groups of x. kind=roc, \
    calibration and bland-altman take the columns reference= and score=, kind=kaplan-meier time=, event= and by=. facet= draws one panel per group, \
    on the same axes. Use show to print the plot in \
    the terminal and save to write SVG or PNG.
    """
  static let examples = [
    Example("phantom | threshold otsu | plot | show", "Shows the histogram with the threshold."),
    Example("phantom | segment | severity | plot | save zones.svg", "Plots the zones with their intervals."),
    Example(
      "phantom | profile row=256 column=40 to_row=256 to_column=470 | plot title=\"Across the chest\" | save profile.png",
      "Plots an intensity profile."),
    Example(
      "[\"2020-03-14\", \"2020-03-17\", \"2020-03-28\"] | each { {date: it, percent: 30} } | plot x=date y=percent",
      "Plots values over time."),
    Example(
      "[0.1, 0.4, 0.35, 0.8] | each { {percent: it, died: it > 0.3} } | plot kind=roc reference=died score=percent", "Plots a ROC curve."),
    Example(
      "1..20 | each { {a: it % 7, b: it % 5, died: it % 7 + it % 3 > 5} } | plot kind=roc reference=died score=a,b", "Compares two scores."),
    Example("1..40 | each { {age: it, percent: it + 7 * (it % 5)} } | plot kind=scatter x=age y=percent fit=true", "Fits a line."),
    Example("1..40 | each { {site: it % 3, percent: it + 7 * (it % 5)} } | plot kind=box x=site y=percent", "Compares groups."),
    Example(
      "1..30 | each { {days: 3 * it % 17 + it % 3, died: it % 4 > 0, arm: it % 2} } | plot kind=kaplan-meier time=days event=died by=arm",
      "Plots survival in two groups."),
    Example(
      "1..60 | each { {site: it % 3, age: it, percent: it + 7 * (it % 5)} } | plot kind=scatter x=age y=percent facet=site fit=true width=170mm",
      "Compares the groups in panels."),
  ]
  static let seeAlso = ["histogram", "profile", "summarize", "roc", "agree", "show", "save"]
  static let keywords = ["chart", "graph", "figure", "histogram", "scatter", "roc", "facets", "panels", "small multiples"]

  @Input("Image, probability map, mask, severity, table or list of numbers.") var value: AnyValue
  @Option("Type of plot. Default: depends on the value.") var kind: PlotKind?
  @Option("Column of the horizontal axis.") var x: ColumnName?
  @Option("Column of the vertical axis.") var y: ColumnName?
  @Option("Column that splits rows into series.") var by: ColumnName?
  @Option("Column that splits rows into panels with the same axes, at most 12.") var facet: ColumnName?
  @Option("Column of the reference standard.") var reference: ColumnName?
  @Option("Column of the predicted value; for kind=roc also several columns, such as percent,age.") var score: Columns?
  @Option("Column of times, for kind=kaplan-meier.") var time: ColumnName?
  @Option("Column of events (yes or no) at these times.") var event: ColumnName?
  @Option("Draw a regression line with its interval, for kind=scatter.") var fit = false
  @Option("Draw intervals of values.") var intervals = true
  @Option("Opacity of points.", in: 0.05...1) var alpha = 0.85
  @Option("Number of the largest bars to draw; the others become one bar, their mean.", in: 1...200) var top: Int?
  @Option("Number of histogram bins.", in: 1...4096) var bins = 128
  @Option("Mask of the pixels to count.") var within: Mask?
  @Option("Positions of vertical lines.") var at: [Double]?
  @Option("Use a logarithmic vertical axis.") var log = false
  @Option("Title of the plot.") var title: String?
  @Option("Width of the plot, 40mm to 400mm; 85mm fits a journal column and two panels side by side, 170mm four.") var width: Length =
    .millimeters(85)
  @Option("Height of the plot, 40mm to 400mm. Default: depends on the width.") var height: Length?

  func run(_ context: Context) throws -> Plot {
    var (figure, kind) = try drawn(context)
    if let title { figure.title = title }
    if log, kind != .roc { figure.y.scale = .logarithmic }
    figure.width = try millimeters(width, "width")
    figure.height = try height.map { try millimeters($0, "height") }
    for level in at ?? [] { figure.addToPanels(Self.rule(level, NumberFormat.plotShort(level))) }
    if let limits = figure.x.limits, let beyond = at?.filter({ !limits.contains($0) }), !beyond.isEmpty {
      figure.notes.append("beyond the axis: \(beyond.map { NumberFormat.plotShort($0) }.joined(separator: ", "))")
    }
    if figure.y.scale == .logarithmic {
      let hidden = figure.marks.filter { if case .points = $0.shape { true } else if case .line = $0.shape { true } else { false } }
        .flatMap(\.ys)
        .count { $0 <= 0 }
      if hidden > 0 { figure.notes.append("\(NumberFormat.grouped(hidden)) values of 0 or less have no place on a logarithmic axis") }
    }
    return try Plot(figure, kind: kind)
  }

  private func millimeters(_ length: Length, _ name: String) throws -> Double {
    let value = length.unit == .cm ? 10 * length.value : length.value
    guard length.unit != .px, Figure.sides.contains(value) else { throw CommandProblem.outOfRange(name, length.oneLine, "40mm to 400mm") }
    return value
  }

  private func drawn(_ context: Context) throws -> (Figure, PlotKind) {
    if let kind, [.roc, .calibration, .blandAltman, .box, .violin, .kaplanMeier].contains(kind) {
      if fit { throw CommandProblem.wantsAlso("fit=", "kind=scatter") }
      if top != nil { throw CommandProblem.wantsAlso("top=", "kind=bars") }
    }
    if let kind, [.roc, .calibration, .blandAltman].contains(kind) { return (try agreement(kind), kind) }
    if let kind, [.box, .violin, .kaplanMeier].contains(kind) { return (try groups(kind, context), kind) }
    for (column, option) in [(time, "time"), (event, "event")] where column != nil {
      throw CommandProblem.wantsAlso("\(option)=", "kind=kaplan-meier")
    }
    for (isGiven, option) in [(reference != nil, "reference"), (score != nil, "score")] where isGiven {
      throw CommandProblem.wantsAlso("\(option)=", "kind=roc, calibration or bland-altman")
    }
    try checkOptions()
    switch value.value {
    case is SeverityReport where kind == .zones && (by ?? facet) != nil:
      throw CommandProblem.wantsAlso(by == nil ? "facet=" : "by=", "columns of a table")
    case let report as SeverityReport where (kind == nil && [x, y, by, facet].allSatisfy { $0 == nil }) || kind == .zones:
      return (ZonePlot.figure(report.severity), .zones)
    case let pixels as any PixelValue where pixels.grayImage != nil:
      return (try histogram(pixels.grayImage ?? GrayImage(size: pixels.size), "intensity", []), .histogram)
    case let map as ProbabilityMap: return (try histogram(GrayImage(map), "probability", []), .histogram)
    case let segmentation as Segmentation:
      let map = GrayImage(try segmentation.probability())
      let level = segmentation.source.map { Double($0.thresholds.opacity) }
      return (
        try histogram(
          map, "probability", level.map { [Self.rule($0, "opacity \(NumberFormat.plotShort($0))")] } ?? [],
          in: within ?? segmentation.lungs.foreground), .histogram
      )
    case let mask as Mask: return (try cut(mask, context), .histogram)
    case let list as List where !list.items.isEmpty && list.items.allSatisfy({ $0 is Double }):
      if kind == .histogram {
        let table = Table(columns: ["value"], rows: list.items.map { [$0] }, rowName: "number")
        return try TablePlot(table, x: "value", y: nil, by: nil, kind: kind, bins: bins).figure()
      }
      let points = list.items.enumerated().map { Point(x: Double($0.offset), y: $0.element as? Double ?? .nan) }
      let shape: Mark.Shape =
        kind == .scatter ? .points(points) : kind == .bars ? .bars(points.map { .init(x: $0.x, value: $0.y) }) : .line(points)
      return (Figure(x: Axis("number"), y: Axis("value"), marks: [Mark(shape)]), kind ?? .line)
    default:
      guard let table = try Table(rowsOf: value.value) else { throw CommandProblem.cannotPlot(type(of: value.value).typeName) }
      var plot = try TablePlot(table, x: x?.name, y: y?.name, by: by?.name, facet: facet?.name, kind: kind, bins: bins)
      plot.style.intervals = intervals
      plot.style.fit = fit
      plot.style.alpha = alpha
      plot.style.top = top
      return try plot.figure()
    }
  }

  // MARK: Groups

  private func groups(_ kind: PlotKind, _ context: Context) throws -> Figure {
    let table = try context.table(value)
    if kind == .kaplanMeier {
      guard let time, let event else { throw CommandProblem.wantsAlso("kind=kaplan-meier", "time= and event=") }
      return try GroupPlot(table, facet: facet?.name).survival(time: time.name, event: event.name, by: by?.name, showsIntervals: intervals)
    }
    guard let y = y?.name ?? (table.columns.count == 1 ? table.columns[0] : nil) else {
      throw CommandProblem.wantsAlso("kind=\(kind.oneLine)", "y=")
    }
    if x != nil, by != nil { throw CommandProblem.tooMany(["x=", "by="]) }
    return try GroupPlot(table, facet: facet?.name).distribution(
      of: y, by: (x ?? by)?.name, isViolin: kind == .violin, alpha: alpha)
  }

  /// That no option is passed over: a kind that the value has not, columns of what has none, a mask for what has no pixels.
  private func checkOptions() throws {
    let kinds: [PlotKind]
    var hasColumns = false
    switch value.value {
    case let pixels as any PixelValue where !(pixels is ColorImage || pixels is LabelImage): kinds = [.histogram]
    case let list as List where !list.items.isEmpty && list.items.allSatisfy({ $0 is Double }):
      kinds = [.line, .scatter, .bars, .histogram]
    case is SeverityReport: (kinds, hasColumns) = ([.zones, .line, .scatter, .bars, .histogram], true)
    default: (kinds, hasColumns) = ([.line, .scatter, .bars, .histogram], true)
    }
    if let kind, !kinds.contains(kind) {
      throw CommandProblem.noSuchPlot(kind.oneLine, type(of: value.value).typeName, has: kinds.map(\.oneLine))
    }
    for (column, option) in [(x, "x"), (y, "y"), (by, "by"), (facet, "facet")] where column != nil && !hasColumns {
      throw CommandProblem.wantsAlso("\(option)=", "a table")
    }
    for (isGiven, option) in [(fit, "fit"), (!intervals, "intervals"), (alpha != 0.85, "alpha"), (top != nil, "top")]
    where isGiven && !hasColumns {
      throw CommandProblem.wantsAlso("\(option)=", "a table")
    }
    if within != nil, hasColumns || value.value is List { throw CommandProblem.wantsAlso("within=", "an image") }
  }

  // MARK: Histograms

  private func histogram(_ image: GrayImage, _ label: String, _ rules: [Mark], in region: Mask? = nil) throws -> Figure {
    let histogram = try image.histogram(bins: bins, within: region ?? within)
    let half = histogram.binWidth / 2
    let edges = (0..<bins).map { histogram.center($0) - half } + [histogram.center(bins - 1) + half]
    let count = histogram.counts.reduce(0, +)
    let outside = ((region ?? within)?.count ?? image.size.count) - count
    return Figure(
      notes: ["\(NumberFormat.grouped(count)) px\(region ?? within == nil ? "" : " of a region")"]
        + (outside > 0 ? ["\(NumberFormat.grouped(outside)) px outside the range of the image, or no number, are not counted"] : []),
      x: Axis(label, limits: edges[0] < edges[bins] ? edges[0]...edges[bins] : nil), y: Axis("pixels", isWhole: true),
      marks: [Mark(.histogram(edges: edges, values: histogram.counts.map(Double.init)))] + rules)
  }

  private static func rule(_ level: Double, _ label: String) -> Mark {
    Mark(.rule(.vertical(level)), label: label, tone: .series(1))
  }

  /// The histogram of what a mask was cut from, with the level.
  private func cut(_ mask: Mask, _ context: Context) throws -> Figure {
    // A mask that was put together from several has no one level.
    let line = context.inputStep?.mainLine ?? []
    let single = line.prefix { $0.command != nil || $0.parents.count < 2 }
    guard let cut = single.first(where: { $0.calls(ThresholdCommand.self) }), let source = cut.parents.first?.value else {
      throw CommandProblem.cannotPlot("Mask that no single threshold made")
    }
    let stated = cut.constant(of: "level").flatMap { try? ThresholdLevel.bind($0) }
    let number: Double? = if case .intensity(.raw(let value))? = stated { value } else { nil }
    let isWithin = cut.step(of: "within") != nil
    let resolved = cut.resolved.first { $0.parameter == "level" }.flatMap { Double($0.literal) }
    func rules(_ level: Double?) -> [Mark] {
      level.map {
        [Self.rule($0, "\(number == nil ? stated?.member.oneLine ?? "" : "threshold") \(NumberFormat.plotShort($0))")]
      } ?? []
    }
    /// A share or a percentile, where it was measured in the whole image.
    func measured(_ image: GrayImage) throws -> Double? {
      if let level = number ?? resolved { return level }
      guard !isWithin, let stated else { return nil }
      return Double(try image.thresholded(by: stated.thresholdMethod).threshold)
    }
    switch source {
    case let segmentation as Segmentation:
      let map = GrayImage(try segmentation.probability())
      return try histogram(map, "probability", rules(number ?? resolved), in: within ?? segmentation.lungs.foreground)
    case let map as ProbabilityMap: return try histogram(GrayImage(map), "probability", rules(measured(GrayImage(map))))
    default:
      guard let image = try source as? GrayImage ?? source.converted(to: GrayImage.self) else {
        throw CommandProblem.cannotPlot("Mask that was cut from a \(type(of: source).typeName)")
      }
      return try histogram(image, "intensity", rules(measured(image)))
    }
  }

  // MARK: Two columns that should agree

  private func agreement(_ kind: PlotKind) throws -> Figure {
    guard let table = try Table(rowsOf: value.value) else { throw CommandProblem.cannotPlot(type(of: value.value).typeName) }
    guard let reference, let score else { throw CommandProblem.wantsAlso("kind=\(kind.oneLine)", "reference= and score=") }
    let scores = try score.names(in: table)
    let most = kind == .roc ? Self.scoreLimit : 1
    guard scores.count <= most else {
      throw CommandProblem.outOfRange(
        "score", "\(scores.count) columns", "\(most == 1 ? "one column" : "at most \(most) columns") for kind=\(kind.oneLine)")
    }
    return try Facets(table, by: facet?.name).figure(of: table) { part in
      scores.count > 1 ? try comparison(in: part, reference.name, scores) : try agreement(kind, in: part, reference.name, scores[0])
    }
  }

  /// More curves cannot be distinguished.
  private static let scoreLimit = 8

  /// The ROC curves of the rows that have every score.
  private func comparison(in table: Table, _ truth: String, _ scores: [String]) throws -> Figure {
    let outcomes = try table.outcomes(in: truth, positive: nil)
    let numbers = try scores.map { try table.numbers(in: $0) }
    let complete = table.rows.indices.filter { row in outcomes[row] != nil && numbers.allSatisfy { $0[row] != nil } }
    let columns = zip(scores, numbers).map { name, values in (name: name, values: complete.compactMap { values[$0] }) }
    guard let curves = ROCComparison(columns, isPositive: complete.compactMap { outcomes[$0] }) else {
      throw CommandProblem.oneOutcome(truth)
    }
    var figure = curves.figure(outcome: truth, namesAreas: facet == nil)
    let missing = table.rows.count - complete.count
    if missing > 0 {
      figure.notes.append(noteOfMissing(missing, of: table.rows.count, ([truth] + scores).joined(separator: " or ")))
    }
    return figure
  }

  private func agreement(_ kind: PlotKind, in table: Table, _ truth: String, _ score: String) throws -> Figure {
    let rows = try table.cells(in: truth).count
    let cells = try zip(table.numbers(in: truth), table.numbers(in: score)).compactMap { found, estimate in
      found.flatMap { found in estimate.map { (found: found, estimate: $0) } }
    }
    let (found, estimates) = (cells.map(\.found), cells.map(\.estimate))
    switch kind {
    case .roc:
      guard found.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw CommandProblem.notYesOrNo(truth) }
      guard let curve = ROCCurve(scores: estimates, isPositive: found.map { $0 == 1 }) else { throw CommandProblem.oneOutcome(truth) }
      return noting(curve.figure(score: score, outcome: truth), rows - cells.count)
    case .calibration:
      let range = SeverityColumns.range(of: score)
      guard let curve = CalibrationCurve(estimates: estimates, truths: found, range: range) else {
        throw CommandProblem.tooFewRows(cells.count, 10)
      }
      if found.allSatisfy({ $0 == 0 || $0 == 1 }), !curve.isOfShares {
        throw CommandProblem.outOfRange(score, "not a probability in every row", "0 to 1 where \(truth) is yes or no")
      }
      return noting(curve.figure(estimate: score, truth: truth), rows - cells.count)
    default:
      guard let agreement = BlandAltman(estimates: estimates, truths: found) else { throw CommandProblem.tooFewRows(cells.count, 3) }
      return noting(agreement.figure(estimate: score, truth: truth), rows - cells.count)
    }
  }

  /// The figure with a word about the rows that had not both numbers.
  private func noting(_ figure: Figure, _ missing: Int) -> Figure {
    var figure = figure
    if missing > 0 { figure.notes.append("\(NumberFormat.grouped(missing)) row\(missing == 1 ? "" : "s") without both numbers left out") }
    return figure
  }
}
