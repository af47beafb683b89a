import Basics
import ImageOps
import Plotting
import SegLang

/// A figure in the language: `Plot`.
package struct Plot: Value {
  package let figure: Figure
  package let kind: PlotKind

  /// - Throws: `Figure.Problem` where it cannot be drawn.
  package init(_ figure: Figure, kind: PlotKind) throws {
    try figure.check()
    self.figure = figure
    self.kind = kind
  }

  package static let typeName = "Plot"
  package static let typeHelp = "A plot: show prints it, save writes it as SVG or PNG."
  package static let isImageLike = true

  package var oneLine: String {
    let axes = [figure.y.title, figure.x.title].filter { !$0.isEmpty }.joined(separator: " by ")
    let head = kind.oneLine + (axes.isEmpty ? "" : ": \(axes)") + (figure.panels.count > 1 ? " in \(figure.panels.count) panels" : "")
    return ([head] + figure.notes.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }).joined(separator: "; ")
  }

  package var json: JSON {
    let head: [JSON.Member] = [
      .init("kind", .string(kind.oneLine)), .init("title", .string(figure.title)), .init("x", .string(figure.x.title)),
      .init("y", .string(figure.y.title)), .init("notes", .array(figure.notes.map { .string($0) })),
    ]
    func marks(_ panel: Panel) -> JSON.Member { .init("marks", .array(panel.marks.map(Self.json))) }
    if figure.panels.count == 1, figure.panels[0].title.isEmpty { return .object(head + [marks(figure.panels[0])]) }
    let panels = figure.panels.map { panel -> JSON in
      .object([.init("title", .string(panel.title)), .init("notes", .array(panel.notes.map { .string($0) })), marks(panel)])
    }
    return .object(head + [.init("panels", .array(panels))])
  }

  private static func json(_ mark: Mark) -> JSON {
    func list(_ numbers: [Double]) -> JSON { .array(numbers.map { $0.isFinite ? .number($0) : .null }) }
    let (shape, data): (String, JSON) =
      switch mark.shape {
      case .line(let points): ("line", .array(points.map { list([$0.x, $0.y]) }))
      case .points(let points): ("points", .array(points.map { list([$0.x, $0.y]) }))
      case .histogram(let edges, let values): ("histogram", ["edges": list(edges), "values": list(values)])
      case .bars(let bars): ("bars", .array(bars.map { list([$0.x, $0.value]) }))
      case .band(let spans): ("band", .array(spans.map { list([$0.x, $0.low, $0.high]) }))
      case .intervals(let spans): ("intervals", .array(spans.map { list([$0.x, $0.low, $0.high]) }))
      case .rule(.vertical(let x)): ("vertical", list([x]))
      case .rule(.horizontal(let y)): ("horizontal", list([y]))
      case .rule(.segment(let start, let end)): ("segment", list([start.x, start.y, end.x, end.y]))
      }
    return ["shape": .string(shape), "name": .string(mark.name.isEmpty ? mark.label : mark.name), "data": data]
  }

  /// Of the drawing, which the same figure always gives.
  package var contentHash: String? { (try? figure.svg()).map { SHA256.hexDigest(of: Array($0.utf8)) } }

  package static var conversions: [Conversion] { [Conversion { (plot: Plot) in try plot.figure.drawn() }] }
  package static var properties: [Property] {
    [
      Property("title", "Title of the plot.") { (plot: Plot) in plot.figure.title },
      Property("notes", "Notes below the title: counts, areas, limits.") { (plot: Plot) in plot.figure.notes },
    ]
  }
}

/// What a plot is of.
package enum PlotKind: String, Choice {
  case histogram, zones, line, scatter, bars, box, violin, roc, calibration, blandAltman, kaplanMeier

  package var choiceHelp: String {
    switch self {
    case .histogram: "distribution of intensities or numbers"
    case .zones: "percent opaque in the six zones"
    case .line: "line through the points, in the order of x"
    case .scatter: "one symbol per row"
    case .bars: "one bar per row"
    case .box: "median, quartiles, and whiskers of at most 1.5 interquartile ranges, per group"
    case .violin: "density of the values, per group"
    case .kaplanMeier: "survival over time, with time= and event="
    case .roc: "ROC curve of a score against the reference"
    case .calibration: "calibration of estimates against the reference"
    case .blandAltman: "Bland-Altman plot: difference of two values over their mean"
    }
  }
}
