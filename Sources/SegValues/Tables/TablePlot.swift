import Basics
import Plotting
import SegLang

/// Two columns of a table as a figure.
package struct TablePlot {
  private let table: Table
  private let x: String
  private let y: String
  private let by: String?
  private let kind: PlotKind?
  private let bins: Int
  private let facets: Facets
  /// What is drawn besides the values.
  package var style = Style()

  package struct Style {
    /// Intervals of values, where the table has them.
    package var intervals = true
    /// A line fitted to a scatter plot.
    package var fit = false
    /// The opacity of points.
    package var alpha = 0.85
    /// How many of the largest values bars show; nil: all.
    package var top: Int?
    package init() {}
  }

  /// Columns that are named are drawn, by their full names. Of those that are not: dates, distances or cases along x, the percentage of a severity along y,
  /// or else the first that fit.
  /// - Parameter facet: The column that splits rows into panels.
  /// - Throws: `CommandProblem.noSuchColumn`, `.severalSeverities` where several would do, `.oneColumn` for a histogram of two, `.cannotPlot` for a table
  ///   without numbers.
  package init(_ table: Table, x: String?, y: String?, by: String?, facet: String? = nil, kind: PlotKind?, bins: Int) throws {
    self.table = table
    facets = try Facets(table, by: facet)
    let isCounted = table.columns.starts(with: ["level", "count"]) && (x ?? "level") == "level" && (y ?? "count") == "count"
    self.kind = kind ?? (isCounted && x == nil && y == nil ? .histogram : nil)
    self.bins = bins
    self.by = by
    for name in [x, y, by].compactMap({ $0 }) { _ = try table.cells(in: name) }
    if self.kind == .histogram, !isCounted {
      if by != nil { throw CommandProblem.wantsAlso("by=", "kind=line, scatter or bars") }
      if x != nil, y != nil { throw CommandProblem.oneColumn }
      let column = try x ?? y ?? Self.figures(of: table, except: nil)
      (self.x, self.y) = (column, column)
      return
    }
    let names = ["date", "time", "day", "distance", "case", "file"]
    let across = x ?? (isCounted ? "level" : names.lazy.compactMap { name in table.columns.first { $0 == name } }.first)
    let up = try y ?? (isCounted ? "count" : Self.figures(of: table, except: across))
    self.y = up
    self.x = across ?? table.columns.first { $0 != up } ?? up
  }

  /// The column that is drawn where none is named.
  private static func figures(of table: Table, except across: String?) throws -> String {
    let numeric = try table.columns.filter { column in try column != across && table.numbers(in: column).contains { $0 != nil } }
    let severities = SeverityColumns.all(in: numeric).map(\.percent)
    if severities.count > 1, !severities.contains("percent") { throw CommandProblem.severalSeverities(severities, option: "y") }
    if let percent = severities.contains("percent") ? "percent" : severities.first { return percent }
    if let known = ["intensity", "count", "area"].lazy.compactMap({ name in numeric.first { $0 == name } }).first { return known }
    if let first = numeric.first { return first }
    // The one column of numbers may be that along x.
    if let across, try table.numbers(in: across).contains(where: { $0 != nil }) { return across }
    throw CommandProblem.cannotPlot("table without a column of numbers")
  }

  /// The plot of a table that is a curve by what it is, a histogram or a profile; nil for any other value.
  package static func curve(in value: any Value) throws -> Plot? {
    guard let table = value as? Table, table.isCurve else { return nil }
    let (figure, kind) = try TablePlot(table, x: nil, y: nil, by: nil, kind: nil, bins: table.rows.count).figure()
    return try Plot(figure, kind: kind)
  }

  private struct Row {
    let x: Double
    let y: Double
    let span: Mark.Span?
  }

  package func figure() throws -> (Figure, PlotKind) {
    if kind == .histogram { return (try histogram(), .histogram) }
    let ys = try table.numbers(in: y)
    let xs = try positions()
    let kind = kind ?? (xs.isNames ? .bars : .line)
    guard [.line, .scatter, .bars].contains(kind) else { throw CommandProblem.cannotPlot("Table with kind=\(kind.oneLine)") }
    if style.fit, kind != .scatter || xs.isNames { throw CommandProblem.wantsAlso("fit=", "kind=scatter and two columns of numbers") }
    if let top = style.top {
      guard kind == .bars, by == nil else { throw CommandProblem.wantsAlso("top=", "kind=bars without by=") }
      if top < table.rows.count {
        return (try facets.figure(of: table, hasOwnNames: true) { try largest(top, $0) }, .bars)
      }
    }
    let spans = style.intervals ? intervals() : nil
    let series = groups()
    let width = xs.isNames ? 0.8 : Self.leastGap(xs.places.compactMap { $0 }) * 0.8
    var panels: [Panel] = []
    for panel in facets.names.indices {
      var shown = Panel(x: xs.ownAxes?[panel])
      var count = 0
      for (number, group) in series.enumerated() {
        let rows = group.rows.compactMap { index -> Row? in
          guard facets.places[index] == panel, let x = xs.places[index], let y = ys[index] else { return nil }
          return Row(x: x, y: y, span: spans?[index].map { Mark.Span(x: x, low: $0.0, high: $0.1) })
        }
        count += rows.count
        // A series without rows here is left out of this panel, but keeps its color.
        if rows.isEmpty, facets.column != nil { continue }
        let part = width / Double(series.count)
        let slot = kind == .bars ? (width: part, shift: (Double(number) - Double(series.count - 1) / 2) * part) : (width, 0)
        shown.marks += try marks(rows, kind, group.name, .series(number), slot: slot, &shown.notes)
      }
      shown.title = facets.title(panel, shown: count)
      panels.append(shown)
    }
    // What one panel says needs no place of its own.
    var notes = facets.column == nil ? panels[0].notes : []
    if facets.column == nil { panels[0].notes = [] }
    if spans != nil, panels.contains(where: { !$0.marks.isEmpty }) {
      notes.append(kind == .line ? "shaded area: interval of each value" : "error bars: interval of each value")
    }
    notes += facets.notes
    let drawn = table.rows.indices.count { xs.places[$0] != nil && ys[$0] != nil }
    if drawn < table.rows.count {
      let missing = xs.places.contains { $0 == nil } ? "\(x) or \(y)" : y
      notes.append(
        "\(NumberFormat.grouped(table.rows.count - drawn)) of \(NumberFormat.grouped(table.rows.count)) \(table.rowName)s without \(missing)"
      )
    }
    notes += doubts()
    var up = axis(y)
    up.notes(of: ys.compactMap { $0 }, into: &notes)
    var across = xs.axis
    if !xs.isNames { across.notes(of: xs.places.compactMap { $0 }, into: &notes) }
    return (Figure(notes: notes, x: across, y: up, panels: panels), kind)
  }

  /// The marks of a series in a panel.
  /// - Parameter slot: The width of a bar with its gap, and how far it stands from its place.
  private func marks(
    _ rows: [Row], _ kind: PlotKind, _ name: String, _ tone: Mark.Tone, slot: (width: Double, shift: Double), _ notes: inout [String]
  ) throws -> [Mark] {
    let found = rows.compactMap(\.span)
    switch kind {
    case .bars:
      var marks = [
        Mark(.bars(rows.map { .init(x: $0.x + slot.shift, width: slot.width * 0.9, value: $0.y) }), name: name, tone: tone)
      ]
      if !found.isEmpty {
        marks.append(Mark(.intervals(found.map { .init(x: $0.x + slot.shift, low: $0.low, high: $0.high) })))
      }
      return marks
    case .line:
      let rows = rows.sorted { $0.x < $1.x }
      let points = rows.map { Point(x: $0.x, y: $0.y) }
      return (found.isEmpty ? [] : [Mark(.band(rows.compactMap(\.span)), tone: tone)]) + [Mark(.line(points), name: name, tone: tone)]
        + (rows.count <= 40 ? [Mark(.points(points), tone: tone)] : [])
    default:
      let points = rows.map { Point(x: $0.x, y: $0.y) }
      return (found.isEmpty ? [] : [Mark(.intervals(found))])
        + [Mark(.points(points), name: name, tone: tone, opacity: style.alpha)]
        + (style.fit ? try fitted(points, tone, name, &notes) : [])
    }
  }

  /// A regression line with the 95 % interval of the mean, which for fewer than five points would leave them no room.
  private func fitted(_ points: [Point], _ tone: Mark.Tone, _ name: String, _ notes: inout [String]) throws -> [Mark] {
    guard let fit = LinearFit(points.map(\.x), points.map(\.y)), let low = points.map(\.x).min(), let high = points.map(\.x).max() else {
      notes.append((name.isEmpty ? "" : "\(name): ") + "no line, because there are fewer than 3 rows or \(x) does not vary")
      return []
    }
    let number = { NumberFormat.plotShort($0) }
    let slope = fit.slopeInterval()
    notes.append(
      (name.isEmpty ? "" : "\(name): ")
        + "slope \(number(fit.slope)) (95 % CI \(number(slope.lowerBound)) to \(number(slope.upperBound))), "
        + "r² \(NumberFormat.plotFixed(fit.determination, 2))")
    guard points.count >= 5 else {
      return [Mark(.line([low, high].map { Point(x: $0, y: fit.value(at: $0)) }), tone: tone)]
    }
    let places = (0...40).map { low + (high - low) * Double($0) / 40 }
    let band = places.map { place in
      let interval = fit.interval(at: place)
      return Mark.Span(x: place, low: interval.lowerBound, high: interval.upperBound)
    }
    return [Mark(.band(band), tone: tone), Mark(.line(places.map { Point(x: $0, y: fit.value(at: $0)) }), tone: tone)]
  }

  /// The largest values as bars, and one bar with the mean of the rest.
  private func largest(_ top: Int, _ table: Table) throws -> Figure {
    let values = try table.numbers(in: y)
    let order = values.indices.filter { values[$0] != nil }.sorted { (values[$0] ?? 0, $1) > (values[$1] ?? 0, $0) }
    let rest = order.dropFirst(top).compactMap { values[$0] }
    var rows = order.prefix(top).map { table.rows[$0] }
    if let mean = Statistics.mean(rest) {
      var row = [(any Value)?](repeating: nil, count: table.columns.count)
      row[try table.index(of: x)] = "mean of \(NumberFormat.grouped(rest.count)) more"
      row[try table.index(of: y)] = mean
      rows.append(row)
    }
    var plot = try TablePlot(
      Table(columns: table.columns, rows: rows, rowName: table.rowName), x: x, y: y, by: nil, kind: .bars, bins: bins)
    plot.style = style
    plot.style.top = nil
    var figure = try plot.figure().0
    figure.notes.insert("the \(min(top, order.count)) largest of \(NumberFormat.grouped(order.count)) \(table.rowName)s", at: 0)
    return figure
  }

  /// How many of the rows that are drawn have a doubt about their X-ray.
  private func doubts() -> [String] {
    guard let column = table.columns.first(where: { $0.hasSuffix("doubt") && y.hasPrefix($0.dropLast("doubt".count)) }),
      let cells = try? table.cells(in: column), let values = try? table.numbers(in: y)
    else { return [] }
    let count = zip(cells, values).count { $0 != nil && $1 != nil }
    return count == 0 ? [] : ["\(NumberFormat.grouped(count)) with a warning about the image"]
  }

  /// An axis that bears the column's full name.
  private func axis(_ column: String) -> Axis {
    let isShare = SeverityColumns.isShare(column, in: table.columns)
    return Axis(
      isShare ? "\(column), lung area with opacity" : column, unit: SeverityColumns.isPercentage(column) ? "%" : "",
      meaning: SeverityColumns.range(of: column))
  }

  private struct Positions {
    /// The place of each row; nil where it has none.
    var places: [Double?]
    var axis: Axis
    var isNames = false
    /// Where each panel names rows of its own, the axis of each.
    var ownAxes: [Axis]?
  }

  /// Where the rows stand along the horizontal axis: numbers, dates, or else names in the order of the rows.
  private func positions() throws -> Positions {
    let cells = try table.cells(in: x)
    let dates = cells.map { cell in (cell as? String).flatMap { CivilDate.days(of: $0) } }
    if dates.contains(where: { $0 != nil }), zip(dates, cells).allSatisfy({ $0 != nil || $1 == nil }) {
      return Positions(places: dates, axis: Axis(x == "date" ? "" : x, scale: .dates))
    }
    let numbers = try table.numbers(in: x)
    if kind != .bars || by != nil, numbers.contains(where: { $0 != nil }), zip(numbers, cells).allSatisfy({ $0 != nil || $1 == nil }) {
      return Positions(places: numbers, axis: axis(x))
    }
    let label = x == "case" || x == "file" ? "" : x
    let panels = facets.names.indices.map { panel in cells.indices.filter { facets.places[$0] == panel } }
    let names = panels.map { rows in Set(rows.compactMap { cells[$0]?.oneLine }) }
    // Names of which each occurs in one panel only would leave gaps in the others.
    let isOwn = panels.count > 1 && names.reduce(0) { $0 + $1.count } == names.reduce(Set()) { $0.union($1) }.count
    var places = [Double?](repeating: nil, count: cells.count)
    var axes: [[String]] = []
    for group in isOwn ? panels : [cells.indices.filter { facets.places[$0] != nil }] {
      let found = slots(group, cells)
      for (row, place) in zip(group, found.places) { places[row] = place }
      axes.append(found.names)
    }
    let own = isOwn ? axes.map { Axis("", scale: .categories($0)) } : nil
    return Positions(places: places, axis: Axis(label, scale: .categories(isOwn ? [] : axes[0])), isNames: true, ownAxes: own)
  }

  /// The names of rows in order, and the place of each row among them. Rows of one name stand apart, unless they belong to different series or panels.
  private func slots(_ rows: [Int], _ cells: [(any Value)?]) -> (places: [Double?], names: [String]) {
    var names: [String] = []
    var slots: [String: [Int]] = [:]
    var seen: [Int: [String: Int]] = [:]
    let places = rows.map { row -> Double? in
      guard let name = cells[row]?.oneLine else { return nil }
      let panel = facets.places[row] ?? 0
      let earlier = by == nil ? seen[panel, default: [:]][name, default: 0] : 0
      seen[panel, default: [:]][name] = earlier + 1
      if let known = slots[name], earlier < known.count { return Double(known[earlier]) }
      slots[name, default: []].append(names.count)
      names.append(name)
      return Double(names.count - 1)
    }
    return (places, names)
  }

  private func groups() -> [(name: String, rows: [Int])] {
    guard let by, let cells = try? table.cells(in: by) else { return [("", Array(table.rows.indices))] }
    var groups: [(name: String, rows: [Int])] = []
    var places: [String: Int] = [:]
    for (row, cell) in cells.enumerated() {
      let name = cell?.oneLine ?? "none"
      if let known = places[name] {
        groups[known].rows.append(row)
      } else {
        places[name] = groups.count
        groups.append((name, [row]))
      }
    }
    return groups
  }

  /// Low and high of each row's value: from the columns `percent.low` and `percent.high` of a file, or from `intervals.percent`, of `percent`.
  private func intervals() -> [(Double, Double)?]? {
    let pairs: [(Double, Double)?]
    if let lows = try? table.numbers(in: y + ".low"), let highs = try? table.numbers(in: y + ".high") {
      pairs = zip(lows, highs).map { low, high in low.flatMap { low in high.map { (low, $0) } } }
    } else if let column = table.columns.first(where: { $0 != y && $0.replacing("intervals.", with: "") == y }),
      let cells = try? table.cells(in: column)
    {
      pairs = cells.map { cell in
        guard let list = cell as? List, list.items.count == 2, let low = list.items[0] as? Double, let high = list.items[1] as? Double
        else { return nil }
        return (low, high)
      }
    } else {
      return nil
    }
    let wide = pairs.map { $0.flatMap { $0.0 < $0.1 ? $0 : nil } }
    return wide.contains { $0 != nil } ? wide : nil
  }

  /// Of counts by level as they are, of other numbers by counting.
  private func histogram() throws -> Figure {
    let values = try table.numbers(in: y)
    if table.columns.starts(with: ["level", "count"]), x == "level", y == "count" {
      if facets.column != nil { throw CommandProblem.wantsAlso("facet=", "rows that are not counted yet") }
      let levels = try table.numbers(in: x).compactMap { $0 }
      guard levels.count == values.count, levels.count > 1 else { throw CommandProblem.tooFewRows(levels.count, 2) }
      let half = (levels[1] - levels[0]) / 2
      let edges = levels.map { $0 - half } + [levels[levels.count - 1] + half]
      return Figure(
        x: Axis("intensity", limits: edges[0] < edges[edges.count - 1] ? edges[0]...edges[edges.count - 1] : nil),
        y: Axis("pixels", isWhole: true),
        marks: [Mark(.histogram(edges: edges, values: values.map { $0 ?? 0 }))])
    }
    let parts = facets.names.indices.map { panel in
      values.indices.filter { facets.places[$0] == panel }.compactMap { values[$0] }.filter(\.isFinite)
    }
    let numbers = parts.flatMap { $0 }
    let most = parts.map(\.count).max() ?? 0
    guard let bars = NumberBins(numbers, count: min(bins, max(5, Int(Double(most).squareRoot().rounded(.up))))) else {
      throw CommandProblem.tooFewRows(numbers.count, 1)
    }
    var notes = ["\(numbers.count) \(table.rowName)\(numbers.count == 1 ? "" : "s")"] + facets.notes
    let missing = values.indices.count { facets.places[$0] != nil } - numbers.count
    if missing > 0 { notes.append("\(missing) without \(y)") }
    notes += doubts()
    var across = axis(y)
    across.notes(of: numbers, into: &notes)
    // All panels count in the same bins.
    let panels = parts.enumerated().map { panel, part in
      let counts = facets.column == nil ? bars.counts : NumberBins(part, edges: bars.edges)?.counts ?? bars.counts.map { _ in 0 }
      return Panel(
        title: facets.title(panel, shown: part.count),
        marks: [Mark(.histogram(edges: bars.edges, values: counts.map(Double.init)))])
    }
    return Figure(notes: notes, x: across, y: Axis("\(table.rowName)s", isWhole: true), panels: panels)
  }

  private static func leastGap(_ places: [Double]) -> Double {
    let sorted = Set(places).sorted()
    return zip(sorted, sorted.dropFirst()).map { $1 - $0 }.min() ?? 1
  }
}

extension Axis {
  /// Says in words what of the values has no place in the meaning of the axis, and then lets go of the meaning, so that they are drawn all the same.
  package mutating func notes(of values: [Double], into notes: inout [String]) {
    guard let meaning else { return }
    let outside = values.count { !meaning.contains($0) }
    guard outside > 0 else { return }
    notes.append(
      "\(NumberFormat.grouped(outside)) of \(NumberFormat.grouped(values.count)) values of \(label) outside \(NumberFormat.plotShort(meaning.lowerBound)) to \(NumberFormat.plotShort(meaning.upperBound))"
    )
    self.meaning = nil
  }
}
