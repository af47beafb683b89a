import ImageOps

/// A figure as shapes on paper, in points (1/72 inch) from the top left corner: what images and SVG are both drawn from.
struct FigureScene: Equatable {
  enum Item: Equatable {
    case polygon([Point], RGB, opacity: Double)
    case polyline([Point], RGB, width: Double, dash: [Double])
    case disc(Point, radius: Double, RGB, opacity: Double)
    case text(Text)
  }

  struct Text: Equatable {
    enum Anchor: String { case start, middle, end }
    var text: String
    /// Where the line of writing begins, has its middle, or ends.
    var at: Point
    var size: Double
    var color: RGB = PlotStyle.ink
    var anchor = Anchor.start
    /// Whether it runs from bottom to top.
    var isUpright = false
  }

  let width: Double
  let height: Double
  private(set) var items: [Item] = []

  static let size = 7.0
  private static let titleSize = 8.0
  static let gap = 3.0

  /// - Throws: `Figure.Problem`.
  init(_ figure: Figure) throws(Figure.Problem) {
    try figure.check()
    let size = Self.size
    let width = figure.width / 25.4 * 72
    self.width = width
    var top = 4.0
    var head: [Item] = []
    let room = width - 8
    for line in TextWidths.wrapped(String(figure.title.prefix(400)), size: Self.titleSize, width: room) {
      top += Self.titleSize + 1
      head.append(.text(Text(text: line, at: Point(x: 4, y: top - 1), size: Self.titleSize)))
      top += 1
    }
    for note in figure.notes.prefix(8) {
      for line in TextWidths.wrapped(String(note.prefix(400)), size: size, width: room) {
        top += size + 1.5
        head.append(.text(Text(text: line, at: Point(x: 4, y: top - 1.5), size: size, color: PlotStyle.axis)))
      }
    }
    if !head.isEmpty { top += 3 }
    Self.addLegend(figure.legend, to: &head, top: &top, room: room)
    let yLabel = TextWidths.cut(String(figure.y.title.prefix(200)), size: size, width: room)
    if !yLabel.isEmpty {
      top += size + 1
      head.append(.text(Text(text: yLabel, at: Point(x: 4, y: top - 1), size: size)))
      top += 3
    }
    top += 4

    let grid = PanelGrid(count: figure.panels.count, most: Int(figure.width / Self.leastPanelWidth))
    let layout = PanelLayout(figure, grid: grid, width: width, top: top)
    height = layout.height
    items = [.polygon(Self.rectangle(0, 0, width, height), PlotStyle.paper, opacity: 1)] + head
    for (index, place) in layout.places.enumerated() {
      items += place.head
      addAxes(
        place.frame, isUpright: place.isUpright, hasX: figure.panels[index].x != nil || grid.isLowest(index),
        hasY: grid.place(index).column == 0)
    }
    let xLabel = TextWidths.cut(String(figure.x.title.prefix(200)), size: size, width: room)
    if !xLabel.isEmpty {
      let middle = Point(x: (layout.left + layout.right) / 2, y: height - 5)
      items.append(.text(Text(text: xLabel, at: middle, size: size, anchor: .middle)))
    }
    for (panel, place) in zip(figure.panels, layout.places) {
      for mark in panel.marks { add(mark, place.frame, columns: grid.columns) }
      addRuleLabels(panel.marks, place.frame)
    }
  }

  /// In mm; narrower panels have no room for the labels of their ticks.
  private static let leastPanelWidth = 38.0

  static func rectangle(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> [Point] {
    [Point(x: left, y: top), Point(x: right, y: top), Point(x: right, y: bottom), Point(x: left, y: bottom)]
  }

  private static func addLegend(_ marks: [Mark], to head: inout [Item], top: inout Double, room: Double) {
    guard !marks.isEmpty else { return }
    var x = 4.0
    top += size + 2
    for mark in marks.prefix(24) {
      let name = TextWidths.cut(String(mark.name.prefix(120)), size: size, width: room - 20)
      let length = 18 + TextWidths.width(name, size: size)
      if x > 4, x + length > room + 4 { (x, top) = (4, top + size + 3) }
      let middle = top - size * 0.36
      let (start, end) = (Point(x: x, y: middle), Point(x: x + 14, y: middle))
      let color = PlotStyle.color(mark.tone)
      switch mark.shape {
      case .line, .rule: head.append(.polyline([start, end], color, width: 1.1, dash: PlotStyle.dash(mark.tone)))
      case .intervals: head.append(.polyline([start, end], color, width: 0.7, dash: []))
      case .points: head.append(symbol(mark.tone, at: Point(x: x + 7, y: middle)))
      case .band: head.append(.polygon(rectangle(x, middle - 3, x + 14, middle + 3), color, opacity: 0.2))
      case .bars, .histogram: head.append(.polygon(rectangle(x + 3, middle - 3, x + 11, middle + 3), color, opacity: 0.85))
      }
      head.append(.text(Text(text: name, at: Point(x: x + 17, y: top), size: size)))
      x += length + 8
    }
    top += 4
  }

  static func symbol(_ tone: Mark.Tone, at point: Point, radius: Double = 1.7, opacity: Double = 0.85) -> Item {
    let color = PlotStyle.color(tone)
    func corners(_ offsets: [(Double, Double)]) -> Item {
      .polygon(offsets.map { Point(x: point.x + radius * $0.0, y: point.y + radius * $0.1) }, color, opacity: opacity)
    }
    switch PlotStyle.symbol(tone) {
    case .disc: return .disc(point, radius: radius, color, opacity: opacity)
    case .square: return corners([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return corners([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    case .diamond: return corners([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    }
  }

  private mutating func addAxes(_ frame: PlotFrame, isUpright: Bool, hasX: Bool, hasY: Bool) {
    for tick in frame.y.ticks {
      let y = frame.bottom - tick.fraction * (frame.bottom - frame.top)
      items.append(
        .polyline([Point(x: frame.left, y: y), Point(x: frame.right, y: y)], PlotStyle.grid, width: 0.4, dash: []))
      guard hasY else { continue }
      items.append(
        .text(Text(text: tick.label, at: Point(x: frame.left - Self.gap, y: y + Self.size * 0.36), size: Self.size, anchor: .end)))
    }
    items.append(
      .polyline(
        [Point(x: frame.left, y: frame.bottom), Point(x: frame.right, y: frame.bottom)], PlotStyle.axis, width: 0.6, dash: []))
    for tick in frame.x.ticks where !tick.label.isEmpty {
      let x = frame.left + tick.fraction * (frame.right - frame.left)
      items.append(
        .polyline([Point(x: x, y: frame.bottom), Point(x: x, y: frame.bottom + 2)], PlotStyle.axis, width: 0.6, dash: []))
      guard hasX else { continue }
      items.append(
        .text(
          Text(
            text: tick.label,
            at: isUpright
              ? Point(x: x + Self.size * 0.36, y: frame.bottom + Self.gap + 1)
              : Point(x: x, y: frame.bottom + Self.gap + Self.size),
            size: Self.size, anchor: isUpright ? .end : .middle, isUpright: isUpright)))
    }
  }

  /// - Parameter columns: The panels in a row; the more, the smaller the symbols of many points.
  private mutating func add(_ mark: Mark, _ frame: PlotFrame, columns: Int) {
    let color = PlotStyle.color(mark.tone)
    switch mark.shape {
    case .line(let points):
      for run in frame.runs(points) {
        if run.count == 1 {
          items.append(Self.symbol(mark.tone, at: run[0]))
        } else {
          items.append(.polyline(run, color, width: 1.1 * mark.weight, dash: PlotStyle.dash(mark.tone)))
        }
      }
    case .points(let points):
      let crowd = points.count * columns
      let radius = crowd > 400 ? 1.0 : crowd > 100 ? 1.3 : 1.7
      for point in points {
        if let place = frame.place(point) { items.append(Self.symbol(mark.tone, at: place, radius: radius, opacity: mark.opacity)) }
      }
    case .histogram(let edges, let values):
      let outline = zip(zip(edges, edges.dropFirst()), values).flatMap { edge, value in
        [Point(x: edge.0, y: value), Point(x: edge.1, y: value)]
      }
      guard let first = outline.first, let last = outline.last else { return }
      let base = frame.base
      let closed = [Point(x: first.x, y: base)] + outline + [Point(x: last.x, y: base)]
      items.append(.polygon(closed.map(frame.clamped), color, opacity: 0.85))
    case .bars(let bars):
      for bar in bars {
        let low = frame.clamped(Point(x: bar.x - bar.width / 2, y: frame.base))
        let high = frame.clamped(Point(x: bar.x + bar.width / 2, y: bar.value))
        if bar.value.isFinite { items.append(.polygon(Self.rectangle(low.x, high.y, high.x, low.y), color, opacity: 0.85)) }
      }
    case .band(let spans):
      let spans = spans.filter { $0.x.isFinite && $0.low.isFinite && $0.high.isFinite }
      guard spans.count > 1 else { return }
      let outline = spans.map { Point(x: $0.x, y: $0.high) } + spans.reversed().map { Point(x: $0.x, y: $0.low) }
      items.append(.polygon(outline.map(frame.clamped), color, opacity: 0.18))
    case .intervals(let spans):
      for span in spans where span.x.isFinite && span.low.isFinite && span.high.isFinite {
        let (low, high) = (frame.clamped(Point(x: span.x, y: span.low)), frame.clamped(Point(x: span.x, y: span.high)))
        items.append(.polyline([low, high], PlotStyle.ink, width: 0.8, dash: []))
        for end in [low, high] {
          items.append(
            .polyline([Point(x: end.x - 1.8, y: end.y), Point(x: end.x + 1.8, y: end.y)], PlotStyle.ink, width: 0.8, dash: []))
        }
      }
    case .rule(let rule):
      guard let (start, end) = frame.ends(of: rule) else { return }
      items.append(.polyline([start, end], color, width: 0.8, dash: PlotStyle.dash(mark.tone)))
    }
  }

  /// Rules' names beside them, on paper of their own so that they can be read over anything; those of upright rules each a line lower than the last.
  private mutating func addRuleLabels(_ marks: [Mark], _ frame: PlotFrame) {
    var rows = 0
    for mark in marks where !mark.label.isEmpty {
      guard case .rule(let rule) = mark.shape, let (start, end) = frame.ends(of: rule) else { continue }
      let text = TextWidths.cut(String(mark.label.prefix(120)), size: Self.size, width: (frame.right - frame.left) * 0.7)
      let length = TextWidths.width(text, size: Self.size)
      let color = PlotStyle.color(mark.tone)
      var (left, baseline) = (0.0, 0.0)
      switch rule {
      case .vertical:
        left = start.x + 2.5 + length > frame.right ? start.x - 2.5 - length : start.x + 2.5
        baseline = frame.top + Self.size + Double(rows % 8) * (Self.size + 2)
        rows += 1
      case .horizontal:
        (left, baseline) = (frame.right - length, start.y - 2)
      case .segment:
        (left, baseline) = (end.x - length - 2, max(frame.top + Self.size, end.y + Self.size + 4))
      }
      items.append(
        .polygon(
          Self.rectangle(left - 1, baseline - Self.size * 0.85, left + length + 1, baseline + Self.size * 0.25), PlotStyle.paper,
          opacity: 0.8))
      items.append(.text(Text(text: text, at: Point(x: left, y: baseline), size: Self.size, color: color)))
    }
  }
}

/// The area between the axes, and what stands where in it.
struct PlotFrame {
  let left, right, top, bottom: Double
  let x, y: AxisTicks

  /// What bars and histograms stand on: 0, or the lower end where 0 has no place.
  var base: Double { y.fraction(of: 0) == nil ? Double.leastNonzeroMagnitude : 0 }

  /// The place on paper of a point between the limits; nil for any other.
  func place(_ point: Point) -> Point? {
    guard let x = x.fraction(of: point.x), let y = y.fraction(of: point.y), (-1e-9...1 + 1e-9).contains(x), (-1e-9...1 + 1e-9).contains(y)
    else { return nil }
    return paper(x, y)
  }

  /// The nearest place between the limits.
  func clamped(_ point: Point) -> Point {
    func share(_ axis: AxisTicks, _ value: Double) -> Double { min(max(axis.fraction(of: value) ?? (value > 0 ? 1 : 0), 0), 1) }
    return paper(share(x, point.x), share(y, point.y))
  }

  private func paper(_ x: Double, _ y: Double) -> Point { Point(x: left + x * (right - left), y: bottom - y * (bottom - top)) }

  /// A curve's parts between the limits.
  func runs(_ points: [Point]) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    var last: (x: Double, y: Double)?
    func close() {
      if !run.isEmpty { runs.append(run) }
      run = []
    }
    for point in points {
      guard let x = x.fraction(of: point.x), let y = y.fraction(of: point.y) else {
        close()
        last = nil
        continue
      }
      if let last, let (start, end) = Self.clipped(last, (x, y)) {
        let (from, to) = (paper(start.x, start.y), paper(end.x, end.y))
        if run.last != from {
          close()
          run = [from]
        }
        run.append(to)
      } else {
        if last != nil { close() }
        if (0...1).contains(x), (0...1).contains(y) { run = [paper(x, y)] }
      }
      last = (x, y)
    }
    close()
    return runs
  }

  func ends(of rule: Mark.Rule) -> (Point, Point)? {
    switch rule {
    case .vertical(let value):
      guard let x = x.fraction(of: value), (0...1).contains(x) else { return nil }
      return (paper(x, 1), paper(x, 0))
    case .horizontal(let value):
      guard let y = y.fraction(of: value), (0...1).contains(y) else { return nil }
      return (paper(0, y), paper(1, y))
    case .segment(let start, let end):
      return runs([start, end]).first.flatMap { run in run.count == 2 ? (run[0], run[1]) : nil }
    }
  }

  /// The part of a line inside the unit square (Liang and Barsky).
  static func clipped(_ start: (x: Double, y: Double), _ end: (x: Double, y: Double))
    -> (start: (x: Double, y: Double), end: (x: Double, y: Double))?
  {
    var (enter, leave) = (0.0, 1.0)
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    for (step, distance) in [(-dx, start.x), (dx, 1 - start.x), (-dy, start.y), (dy, 1 - start.y)] {
      if step == 0 {
        if distance < 0 { return nil }
      } else if step < 0 {
        enter = max(enter, distance / step)
      } else {
        leave = min(leave, distance / step)
      }
    }
    guard enter <= leave else { return nil }
    func at(_ t: Double) -> (x: Double, y: Double) { t == 0 ? start : t == 1 ? end : (start.x + t * dx, start.y + t * dy) }
    return (at(enter), at(leave))
  }
}
