import Basics
internal import Platform
import Plotting
import SegLang

/// The values of a column in groups, as boxes or violins, and survival over time.
package struct GroupPlot {
  private let table: Table
  private let facets: Facets
  private let groupLimit = 60

  /// - Parameter facet: The column that splits rows into panels; nil: one panel.
  /// - Throws: As ``Facets``.
  package init(_ table: Table, facet: String? = nil) throws {
    self.table = table
    facets = try Facets(table, by: facet)
  }

  /// The values of each group, in order, for each panel; rows without a value or group are left out and counted.
  private func groups(_ column: String, by: String?) throws -> (names: [String], values: [[[Double]]], missing: Int) {
    let values = try table.strictNumbers(in: column)
    let cells = try by.map { try table.cells(in: $0) }
    var names = cells.map { Table.categories($0) } ?? [""]
    guard names.count <= groupLimit else { throw TableProblem.tooManyCategories(column: by ?? "", names.count, limit: groupLimit) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    var found = facets.names.map { _ in names.map { _ in [Double]() } }
    var missing = 0
    for row in table.rows.indices {
      guard let panel = facets.places[row] else { continue }
      if let value = values[row], let group = cells.map({ Table.category($0[row]).flatMap { places[$0] } }) ?? 0 {
        found[panel][group].append(value)
      } else {
        missing += 1
      }
    }
    let kept = names.indices.filter { group in found.contains { !$0[group].isEmpty } }
    names = kept.map { names[$0] }
    return (names, found.map { groups in kept.map { groups[$0] } }, missing)
  }

  /// - Parameters:
  ///   - y: The column of values.
  ///   - by: The column of the groups; nil: one group.
  ///   - alpha: The opacity of points.
  package func distribution(of y: String, by: String?, isViolin: Bool, alpha: Double) throws -> Figure {
    let (names, values, missing) = try groups(y, by: by)
    let range = SeverityColumns.range(of: y)
    // Densities of all groups and panels have one scale.
    let densities = values.map { $0.map { isViolin ? Density($0) : nil } }
    let highest = densities.joined().compactMap { $0?.values.max() }.max() ?? 1
    var panels: [Panel] = []
    for (panel, groups) in values.enumerated() {
      var marks: [Mark] = []
      for (number, group) in groups.enumerated() {
        marks += Self.marks(
          of: group, densities[panel][number], highest: highest, at: Double(number), isViolin: isViolin, alpha: alpha)
      }
      let counts = groups.map(\.count)
      panels.append(
        Panel(
          title: facets.title(panel, shown: counts.reduce(0, +)),
          notes: facets.column == nil || counts.count < 2 ? [] : ["n = \(counts.map { String($0) }.joined(separator: ", "))"],
          marks: marks))
    }
    var notes = [isViolin ? "density; dot: median, bar: quartiles" : "box: quartiles and median; whiskers: up to 1.5 interquartile ranges"]
    notes += facets.notes
    if missing > 0 { notes.append(noteOfMissing(missing, of: table.rows.count, by.map { "\(y) or \($0)" } ?? y)) }
    var up = Axis(y, unit: SeverityColumns.isPercentage(y) ? "%" : "", meaning: range)
    up.notes(of: values.flatMap { $0.flatMap { $0 } }, into: &notes)
    // Several panels state their own counts.
    let labels = names.enumerated().map { number, name in
      facets.column != nil ? name : (name.isEmpty ? "" : "\(name) (") + "n = \(values[0][number].count)" + (name.isEmpty ? "" : ")")
    }
    return Figure(notes: notes, x: Axis(by ?? "", scale: .categories(labels)), y: up, panels: panels)
  }

  /// A group as a box or a violin, and its values where they are few.
  /// - Parameter highest: The density that is drawn widest.
  private static func marks(
    of numbers: [Double], _ density: Density?, highest: Double, at place: Double, isViolin: Bool, alpha: Double
  ) -> [Mark] {
    var marks: [Mark] = []
    let values = numbers.sorted()
    if let density {
      let edge = zip(density.places, density.values).map { Point(x: place + 0.42 * $1 / highest, y: $0) }
      let other = edge.reversed().map { Point(x: 2 * place - $0.x, y: $0.y) }
      marks.append(Mark(.line(edge + other + [edge[0]])))
    }
    let quartiles = [0.25, 0.5, 0.75].compactMap { Statistics.quantile(ofSorted: values, $0) }
    guard quartiles.count == 3 else { return marks }
    if isViolin, density != nil {
      if values.count > 3 { marks.append(Mark(.intervals([Mark.Span(x: place, low: quartiles[0], high: quartiles[2])]))) }
      marks.append(Mark(.points([Point(x: place, y: quartiles[1])]), tone: .series(1)))
    }
    if !isViolin, values.count > 3 { marks += box(values, quartiles, at: place, alpha: alpha) }
    // Few values are shown one by one, spread so that equal ones stay apart.
    if values.count <= 30, !isViolin || density == nil {
      let points = values.enumerated().map { index, value in
        Point(x: place + 0.3 * ((Double(index) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1) - 0.5), y: value)
      }
      marks.append(Mark(.points(points), tone: .series(0), opacity: min(alpha, 0.5)))
    }
    return marks
  }

  private static func box(_ values: [Double], _ quartiles: [Double], at place: Double, alpha: Double) -> [Mark] {
    let (q1, median, q3) = (quartiles[0], quartiles[1], quartiles[2])
    let reach = 1.5 * (q3 - q1)
    let low = values.first { $0 >= q1 - reach } ?? q1
    let high = values.last { $0 <= q3 + reach } ?? q3
    let width = 0.28
    let gap = Point(x: .nan, y: .nan)
    func line(_ points: (Double, Double)...) -> [Point] { points.map { Point(x: place + $0.0, y: $0.1) } + [gap] }
    let outline =
      line((-width, q1), (width, q1), (width, q3), (-width, q3), (-width, q1)) + line((0, q3), (0, high)) + line((0, q1), (0, low))
      + line((-width / 2, high), (width / 2, high)) + line((-width / 2, low), (width / 2, low))
    var marks = [Mark(.line(outline)), Mark(.line(line((-width, median), (width, median))), weight: 2.2)]
    let outliers = values.filter { $0 < low || $0 > high }
    if !outliers.isEmpty, values.count > 30 {
      marks.append(Mark(.points(outliers.map { Point(x: place, y: $0) }), tone: .series(0), opacity: alpha))
    }
    return marks
  }

  /// A kernel density estimate with normal kernels of Scott's width, between the least and the greatest value.
  struct Density {
    let places: [Double]
    let values: [Double]

    /// Nil for fewer than four values, or values that do not vary.
    init?(_ numbers: [Double]) {
      guard numbers.count > 3, let low = numbers.min(), let high = numbers.max(), let deviation = Statistics.standardDeviation(numbers),
        deviation > 1e-12 * max(abs(low), abs(high))
      else { return nil }
      let width = deviation * pow(Double(numbers.count), -0.2)
      places = (0...80).map { low + (high - low) * Double($0) / 80 }
      values = places.map { place in
        numbers.reduce(0) { sum, number in
          let distance = (place - number) / width
          return sum + exp(-distance * distance / 2)
        } / (Double(numbers.count) * width * 2.506628274631000502)
      }
    }
  }

  // MARK: Survival

  /// - Parameters:
  ///   - time: The column of times, none negative.
  ///   - event: The column that states if the event occurred at that time; otherwise the case left without it.
  ///   - showsIntervals: Whether to draw 95 % intervals.
  package func survival(time: String, event: String, by: String?, showsIntervals: Bool) throws -> Figure {
    let times = try table.strictNumbers(in: time)
    let events = try table.outcomes(in: event, positive: nil)
    let cells = try by.map { try table.cells(in: $0) }
    let names = cells.map { Table.categories($0) } ?? [""]
    guard names.count <= 12 else { throw TableProblem.tooManyCategories(column: by ?? "", names.count, limit: 12) }
    var cases: [[SurvivalCase]] = facets.names.map { _ in [] }
    var missing = 0
    for row in table.rows.indices {
      guard let panel = facets.places[row] else { continue }
      guard let time = times[row], let isEvent = events[row],
        let group = names.firstIndex(of: cells.map { Table.category($0[row]) ?? "\u{0}" } ?? "")
      else {
        missing += 1
        continue
      }
      if time < 0 { throw CommandProblem.outOfRange("time", NumberFormat.exact(time), "0 or more") }
      cases[panel].append(SurvivalCase(time: time, isEvent: isEvent, group: group))
    }
    guard cases.contains(where: { !$0.isEmpty }) else { throw CommandProblem.tooFewRows(0, 1) }
    var hidesTicks = false
    var panels = cases.enumerated().map { panel, own in
      var panel = Panel(title: facets.title(panel, shown: own.count))
      survival(own, names: names, showsIntervals: showsIntervals, in: &panel, &hidesTicks)
      return panel
    }
    // What one panel says needs no place of its own.
    var notes = facets.column == nil ? panels[0].notes : []
    if facets.column == nil { panels[0].notes = [] }
    if showsIntervals || !hidesTicks {
      notes.append(
        [showsIntervals ? "shaded: 95 % interval" : "", hidesTicks ? "" : "ticks: censored cases"].filter { !$0.isEmpty }.joined(
          separator: "; "))
    }
    notes += facets.notes
    if missing > 0 {
      notes.append(noteOfMissing(missing, of: table.rows.count, ([time, event] + (by.map { [$0] } ?? [])).joined(separator: " or ")))
    }
    return Figure(title: "Survival", notes: notes, x: Axis(time), y: Axis("share without \(event)", limits: 0...1), panels: panels)
  }

  private struct SurvivalCase {
    let time: Double
    let isEvent: Bool
    let group: Int
  }

  /// Adds the curves of the groups to a panel, with numbers of cases and events, medians and the log-rank test.
  private func survival(
    _ cases: [SurvivalCase], names: [String], showsIntervals: Bool, in panel: inout Panel, _ hidesTicks: inout Bool
  ) {
    for (number, name) in names.enumerated() {
      let own = cases.filter { $0.group == number }
      guard let curve = KaplanMeier(times: own.map(\.time), isEvent: own.map(\.isEvent)) else { continue }
      let tone = Mark.Tone.series(number)
      var line = [Point(x: 0, y: 1)]
      var spans: [Mark.Span] = [Mark.Span(x: 0, low: 1, high: 1)]
      for step in curve.steps {
        line += [Point(x: step.time, y: line[line.count - 1].y), Point(x: step.time, y: step.survival)]
        if let last = spans.last { spans.append(Mark.Span(x: step.time, low: last.low, high: last.high)) }
        let interval = step.interval ?? 0...0
        spans.append(Mark.Span(x: step.time, low: interval.lowerBound, high: interval.upperBound))
      }
      line.append(Point(x: curve.end, y: line[line.count - 1].y))
      if let last = spans.last { spans.append(Mark.Span(x: curve.end, low: last.low, high: last.high)) }
      if showsIntervals { panel.marks.append(Mark(.band(spans), tone: tone)) }
      panel.marks.append(Mark(.line(line), name: name, tone: tone))
      // More ticks would hide the curve.
      let places = Set(curve.censored).sorted()
      hidesTicks = hidesTicks || places.count > 60
      let ticks = (places.count > 60 ? [] : places).flatMap { time -> [Point] in
        let survival = curve.survival(at: time)
        return [Point(x: time, y: survival - 0.015), Point(x: time, y: survival + 0.015), Point(x: .nan, y: .nan)]
      }
      if !ticks.isEmpty { panel.marks.append(Mark(.line(ticks), tone: .muted)) }
      let median = curve.median.map { "median \(NumberFormat.plotShort($0))" } ?? "median not reached"
      let count = own.count { $0.isEvent }
      panel.notes.append(
        (name.isEmpty ? "" : "\(name): ")
          + "\(own.count) case\(own.count == 1 ? "" : "s"), \(count) event\(count == 1 ? "" : "s"), \(median)")
    }
    if names.count > 1, let test = LogRank(times: cases.map(\.time), isEvent: cases.map(\.isEvent), groups: cases.map(\.group)) {
      panel.notes.append("log-rank test: p = \(NumberFormat.plotShort(test.p))")
    }
  }
}
