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
  /// - Throws: `CommandProblem.noSuchColumn`, `.severalSeverities` where several would do, `.oneColumn` for a histogram of two, `.cannotPlot` for a table
  ///   without numbers.
  package init(_ table: Table, x: String?, y: String?, by: String?, kind: PlotKind?, bins: Int) throws {
    self.table = table
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
      if top < table.rows.count { return (try largest(top, ys), .bars) }
    }
    let spans = style.intervals ? intervals() : nil
    let series = groups()
    let width = xs.isNames ? 0.8 : Self.leastGap(xs.places.compactMap { $0 }) * 0.8
    var marks: [Mark] = []
    var fits: [String] = []
    for (number, group) in series.enumerated() {
      var rows = group.rows.compactMap { index -> Row? in
        guard let x = xs.places[index], let y = ys[index] else { return nil }
        return Row(x: x, y: y, span: spans?[index].map { Mark.Span(x: x, low: $0.0, high: $0.1) })
      }
      let tone = Mark.Tone.series(number)
      let found = rows.compactMap(\.span)
      switch kind {
      case .bars:
        let part = width / Double(series.count)
        let shift = (Double(number) - Double(series.count - 1) / 2) * part
        marks.append(Mark(.bars(rows.map { .init(x: $0.x + shift, width: part * 0.9, value: $0.y) }), name: group.name, tone: tone))
        if !found.isEmpty { marks.append(Mark(.intervals(found.map { .init(x: $0.x + shift, low: $0.low, high: $0.high) }))) }
      case .line:
        rows.sort { $0.x < $1.x }
        if !found.isEmpty { marks.append(Mark(.band(rows.compactMap(\.span)), tone: tone)) }
        marks.append(Mark(.line(rows.map { Point(x: $0.x, y: $0.y) }), name: group.name, tone: tone))
        if rows.count <= 40 { marks.append(Mark(.points(rows.map { Point(x: $0.x, y: $0.y) }), tone: tone)) }
      default:
        if !found.isEmpty { marks.append(Mark(.intervals(found))) }
        let points = rows.map { Point(x: $0.x, y: $0.y) }
        marks.append(Mark(.points(points), name: group.name, tone: tone, opacity: style.alpha))
        if style.fit { marks += try fitted(points, tone, group.name, &fits) }
      }
    }
    var notes =
      fits
      + (spans == nil || marks.isEmpty
        ? [] : [kind == .line ? "shaded area: interval of each value" : "error bars: interval of each value"])
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
    return (Figure(notes: notes, x: across, y: up, marks: marks), kind)
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
  private func largest(_ top: Int, _ values: [Double?]) throws -> Figure {
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

  /// Where the rows stand along the horizontal axis: numbers, dates, or else names in the order of the rows.
  private func positions() throws -> (places: [Double?], axis: Axis, isNames: Bool) {
    let cells = try table.cells(in: x)
    let dates = cells.map { cell in (cell as? String).flatMap { CivilDate.days(of: $0) } }
    if dates.contains(where: { $0 != nil }), zip(dates, cells).allSatisfy({ $0 != nil || $1 == nil }) {
      return (dates, Axis(x == "date" ? "" : x, scale: .dates), false)
    }
    let numbers = try table.numbers(in: x)
    if kind != .bars || by != nil, numbers.contains(where: { $0 != nil }), zip(numbers, cells).allSatisfy({ $0 != nil || $1 == nil }) {
      return (numbers, axis(x), false)
    }
    var names: [String] = []
    var places: [String: Int] = [:]
    let indices = cells.map { cell -> Double? in
      guard let name = cell?.oneLine else { return nil }
      // Rows of one name stand apart, unless they belong to different series.
      if by != nil, let known = places[name] { return Double(known) }
      places[name] = names.count
      names.append(name)
      return Double(names.count - 1)
    }
    return (indices, Axis(x == "case" || x == "file" ? "" : x, scale: .categories(names)), true)
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
      let levels = try table.numbers(in: x).compactMap { $0 }
      guard levels.count == values.count, levels.count > 1 else { throw CommandProblem.tooFewRows(levels.count, 2) }
      let half = (levels[1] - levels[0]) / 2
      let edges = levels.map { $0 - half } + [levels[levels.count - 1] + half]
      return Figure(
        x: Axis("intensity", limits: edges[0] < edges[edges.count - 1] ? edges[0]...edges[edges.count - 1] : nil),
        y: Axis("pixels", isWhole: true),
        marks: [Mark(.histogram(edges: edges, values: values.map { $0 ?? 0 }))])
    }
    let numbers = values.compactMap { $0 }.filter(\.isFinite)
    guard let bars = NumberBins(numbers, count: min(bins, max(5, Int(Double(numbers.count).squareRoot().rounded(.up))))) else {
      throw CommandProblem.tooFewRows(numbers.count, 1)
    }
    var notes = ["\(numbers.count) \(table.rowName)\(numbers.count == 1 ? "" : "s")"]
    if numbers.count < values.count { notes.append("\(values.count - numbers.count) without \(y)") }
    notes += doubts()
    var across = axis(y)
    across.notes(of: numbers, into: &notes)
    return Figure(
      notes: notes, x: across, y: Axis("\(table.rowName)s", isWhole: true),
      marks: [Mark(.histogram(edges: bars.edges, values: bars.counts.map(Double.init)))])
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

/// Numbers counted in bins of equal width from the least to the greatest; bins hold their lower edge, the last its upper edge too (NumPy).
package struct NumberBins: Equatable {
  package let edges: [Double]
  package let counts: [Int]

  /// Nil without numbers. All have to be finite.
  package init?(_ numbers: [Double], count: Int) {
    guard var low = numbers.min(), var high = numbers.max(), count > 0 else { return nil }
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    guard (high - low).isFinite else { return nil }
    self.init(numbers, edges: (0...count).map { $0 == count ? high : low + Double($0) * ((high - low) / Double(count)) })
  }

  /// Between edges at equal distances; numbers outside are left out. Nil without numbers.
  package init?(_ numbers: [Double], edges: [Double]) {
    guard !numbers.isEmpty, let low = edges.first, let high = edges.last, low < high else { return nil }
    let count = edges.count - 1
    var counts = [Int](repeating: 0, count: count)
    for number in numbers where number >= low && number <= high {
      var bin = min(count - 1, Int((number - low) / (high - low) * Double(count)))
      // The quotient may round across an edge.
      if number < edges[bin] { bin = max(0, bin - 1) }
      if bin < count - 1, number >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    (self.edges, self.counts) = (edges, counts)
  }
}

extension Table {
  /// Whether its rows are the places of one curve: those of `histogram` and of `profile`.
  package var isCurve: Bool { rows.count > 1 && (columns == ["level", "count", "percent"] || columns == ["distance", "intensity"]) }

  /// What a curve shows, in one line.
  package func curveInWords() throws -> String {
    let (xs, ys) = (try numbers(in: columns[0]).map { $0 ?? 0 }, try numbers(in: columns[1]).map { $0 ?? 0 })
    let number = NumberFormat.significant
    let head = "\(NumberFormat.grouped(rows.count)) \(rowName)s"
    guard let first = xs.first, let last = xs.last, let top = ys.indices.max(by: { ys[$0] < ys[$1] }),
      let bottom = ys.indices.min(by: { ys[$0] < ys[$1] })
    else { return head }
    guard columns[0] == "level" else {
      let mean = ys.reduce(0, +) / Double(ys.count)
      return "\(head) over \(number(last - first)) px: intensity \(number(ys[bottom])) (at \(number(xs[bottom]))) to \(number(ys[top])) "
        + "(at \(number(xs[top]))), mean \(number(mean)); \(number(ys[0])) at the start, \(number(ys[ys.count - 1])) at the end"
    }
    let total = ys.reduce(0, +)
    guard total > 0 else { return "\(head), no px" }
    /// The level at which so much of the pixels lies at or below it.
    func level(_ share: Double) -> Double {
      var sum = 0.0
      for (x, y) in zip(xs, ys) {
        sum += y
        if sum >= share * total { return x }
      }
      return last
    }
    return
      "\(head) from \(number(first)) to \(number(last)), \(NumberFormat.grouped(Int(total))) px: mode in the bin at \(number(xs[top])) "
      + "(\(NumberFormat.percent(ys[top] / total))); a quarter up to \(number(level(0.25))), half up to \(number(level(0.5))), "
      + "three quarters up to \(number(level(0.75)))"
  }

  /// - Throws: `CommandProblem.noSuchColumn`.
  package func cells(in column: String) throws -> [(any Value)?] {
    let index = try index(of: column)
    return rows.map { $0[index] }
  }

  /// The numbers of a column: numbers, quantities, yes and no as 1 and 0, and words that are numbers; nil for anything else.
  /// - Throws: `CommandProblem.noSuchColumn`.
  package func numbers(in column: String) throws -> [Double?] {
    try cells(in: column).map { cell in
      let number: Double? =
        switch cell {
        case let number as Double: number
        case let truth as Bool: truth ? 1 : 0
        case let share as Percentage: 100 * share.fraction
        case let length as Length: length.unit == .cm ? 10 * length.value : length.value
        case let text as String: ["yes": 1, "true": 1, "y": 1, "no": 0, "false": 0, "n": 0][text.lowercased()] ?? Double(text)
        case let value?: value.magnitude
        case nil: nil
        }
      return number.flatMap { $0.isFinite ? $0 : nil }
    }
  }
}
