import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// How much values change when the parameters that they depend on change: the result of `sensitivity`.
package struct Sensitivity: Recordable {
  /// A parameter, decreased and increased.
  package struct Row {
    /// "threshold level", or "+" for a number in an expression.
    package let name: String
    package let literal: String
    /// True if the value was chosen automatically.
    package let isOpen: Bool
    package let low: Side?
    package let high: Side?

    /// Of the first figure.
    package var reach: Double { max(low?.moved ?? 0, high?.moved ?? 0) }

    /// True if no value depends on it, because a later command replaced its effect.
    package func isIdle(_ figures: [(name: String, value: Double)]) -> Bool {
      let sides = [low, high].compactMap { $0 }
      return !sides.isEmpty && sides.allSatisfy { $0.problem == nil && zip($0.figures, figures).allSatisfy { $0 == $1.value } }
    }
  }

  package struct Side {
    package let literal: String
    /// In the order of the values; nil where a value is no longer defined.
    package let figures: [Double?]
    /// Absolute change of the first value.
    package let moved: Double
    /// Why the commands failed; the values are then empty.
    package let problem: String?
  }

  package let share: Double
  package let figures: [(name: String, value: Double)]
  package let rows: [Row]
  private let isPercentage: Bool
  private let doubt: ImageCheck.Doubt?

  package static let typeName = "Sensitivity"
  package static let typeHelp = "How much a value changes when each parameter that it depends on changes by a fixed percentage."

  /// - Throws: `CommandProblem.noFigure`; `CancellationError`.
  package init(of value: any Value, madeBy step: Step, by share: Double, _ context: Context) throws {
    let figures = Self.figures(of: value)
    guard let first = figures.first else { throw CommandProblem.noFigure(type(of: value).typeName) }
    self.share = share
    self.figures = figures
    isPercentage = value is SeverityReport || step.property?.properties.last == "percent"
    let measured = value as? SeverityReport ?? step.property?.step.value as? SeverityReport
    doubt = measured?.severity.doubt
    let quantities = step.upstreamQuantities.filter { quantity in
      // Parameters that select the input file are not varied.
      quantity.step.command.flatMap { context.registry[$0]?.category } != .files
    }
    var rows: [Row] = []
    for (index, quantity) in quantities.enumerated() {
      try context.checkCancellation()
      context.progress(Double(index) / Double(quantities.count), "varying \(Self.name(of: quantity))")
      func side(_ share: Double) throws -> Side? {
        guard let literal = quantity.moved(by: share, in: context.registry) else { return nil }
        do {
          let moved = try step.value(changing: quantity, to: literal, registry: context.registry, host: context.host)
          let known = Dictionary(Self.figures(of: moved).map { ($0.name, $0.value) }) { first, _ in first }
          return Side(
            literal: literal, figures: figures.map { known[$0.name] }, moved: known[first.name].map { abs($0 - first.value) } ?? 0,
            problem: nil)
        } catch let error as Diagnostic {
          try context.checkCancellation()
          return Side(literal: literal, figures: [], moved: 0, problem: error.message)
        }
      }
      rows.append(
        Row(
          name: Self.name(of: quantity), literal: quantity.literal, isOpen: quantity.isOpen, low: try side(-share), high: try side(share)))
    }
    self.rows = rows
  }

  private static func name(of quantity: UpstreamQuantity) -> String {
    guard let command = quantity.step.command else { return "the constant \(quantity.literal)" }
    return command + (quantity.parameter.map { " \($0)" } ?? "")
  }

  /// The figures of a value, the one that matters most first.
  package static func figures(of value: any Value) -> [(name: String, value: Double)] {
    switch value {
    case let report as SeverityReport: return report.severity.figures.compactMap { name, figure in figure.map { (name, $0.value) } }
    case let number as Double: return [("value", number)]
    case let mask as Mask: return [("area", Double(mask.count))]
    case let segmentation as Segmentation: return [("opacity", Double(segmentation.opacity.count))]
    case let labels as LabelImage: return [("area", Double(labels.counts.values.reduce(0, +)))]
    default:
      let record = (value as? Record) ?? (value as? any Recordable)?.record
      return record?.fields.compactMap { field in (field.value as? Double).map { (field.name, $0) } } ?? []
    }
  }

  // MARK: For people

  /// Least and greatest value of the first figure.
  package var bounds: (low: Double, high: Double)? {
    guard let first = figures.first else { return nil }
    let reached = rows.flatMap { [$0.low, $0.high] }.compactMap { $0?.figures.first ?? nil } + [first.value]
    return reached.min().flatMap { low in reached.max().map { (low, $0) } }
  }

  private func shown(_ value: Double) -> String { isPercentage ? NumberFormat.fixed(value, 1) + " %" : NumberFormat.statistic(value) }

  package var oneLine: String {
    guard let first = figures.first, let (low, high) = bounds else { return "no value" }
    let doubted = doubt.map { "; WARNING: \($0.finding)" } ?? ""
    guard !rows.isEmpty else { return "\(shown(first.value)); depends on no parameter\(doubted)" }
    let most = rows.max { $0.reach < $1.reach }.flatMap { $0.reach > 0 ? "; most sensitive to \($0.name)" : nil } ?? ""
    return
      "\(shown(first.value)) (\(shown(low)) to \(shown(high)) when each parameter changes by \(NumberFormat.short(share * 100)) %)\(most)\(doubted)"
  }

  package var details: [String] {
    let idle = rows.filter { $0.isIdle(figures) }.map { "\($0.name) \($0.literal)" }
    return rows.filter { !$0.isIdle(figures) }.sorted { $0.reach > $1.reach }.map { row in
      func text(_ side: Side?) -> String {
        guard let side else { return "-" }
        if let problem = side.problem { return "\(side.literal): \(problem)" }
        return "\(side.literal) -> \((side.figures.first ?? nil).map { shown($0) } ?? "undefined")"
      }
      return "\(row.name) \(row.literal)\(row.isOpen ? " (automatic)" : ""): \(text(row.low)), \(text(row.high))"
    } + (idle.isEmpty ? [] : ["no effect: " + idle.joined(separator: ", ")])
  }

  /// A row for each parameter; columns for each figure at both ends.
  package var table: Table {
    var columns = ["parameter", "value", "left_open", "lower", "higher"]
    for figure in figures { columns += [figure.name + ".lower", figure.name + ".higher"] }
    return Table(
      columns: columns,
      rows: rows.map { row in
        var cells: [(any Value)?] = [row.name, row.literal, row.isOpen, row.low?.literal, row.high?.literal]
        for index in figures.indices {
          for side in [row.low, row.high] { cells.append(side.flatMap { $0.figures.indices.contains(index) ? $0.figures[index] : nil }) }
        }
        return cells
      }, rowName: "parameter")
  }

  package var record: Record {
    var fields: [(String, any Value)] = []
    if let first = figures.first, let (low, high) = bounds {
      fields += [("figure", first.name), ("value", first.value), ("low", low), ("high", high)]
    }
    fields += [("by", share), ("parameters", List(table.records))]
    return Record(fields)
  }

  package var json: JSON { record.json }

  package static var conversions: [Conversion] {
    [Conversion { (sensitivity: Sensitivity) in sensitivity.record }, Conversion { (sensitivity: Sensitivity) in sensitivity.table }]
  }

  package static var properties: [Property] {
    [
      Property("value", "The value with unchanged parameters.") { (sensitivity: Sensitivity) in sensitivity.figures.first?.value },
      Property("low", "Lowest value.") { (sensitivity: Sensitivity) in sensitivity.bounds?.low },
      Property("high", "Highest value.") { (sensitivity: Sensitivity) in sensitivity.bounds?.high },
      Property("parameters", "Table of all parameters, with the value when each is decreased and increased.") {
        (sensitivity: Sensitivity) in
        sensitivity.table
      },
    ]
  }
}
