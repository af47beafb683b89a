import Basics
import ImageOps
import SegLang

/// The size of a region: pixels, mm² or cm².
package struct Area: Value, Hashable {
  package enum Unit: String, CaseIterable { case px, mm2, cm2 }
  package let value: Double
  package let unit: Unit

  package static func pixels(_ count: Double) -> Area { Area(value: count, unit: .px) }

  package static let typeName = "Area"
  package static let typeHelp = "The area of a region in px, mm2 or cm2."
  package static var literalHint: String? { "an area such as 200px or 25mm2" }

  package static func read(_ literal: Literal) throws(LiteralProblem) -> Area {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    if unit.isEmpty {
      if literal.isStrict { throw .missingUnit(suggestion: NumberFormat.exact(value) + "px") }
      return .pixels(value)
    }
    guard let unit = Unit(rawValue: unit) else { throw .unknownUnit(unit, expected: Unit.allCases.map(\.rawValue)) }
    return Area(value: value, unit: unit)
  }

  package var oneLine: String { NumberFormat.exact(value) + unit.rawValue }
  package var literal: String? { oneLine }
  package var magnitude: Double? { unit == .px ? value : nil }
  package var json: JSON { ["value": .number(value), "unit": .string(unit.rawValue)] }

  /// The area in the pixels of an image; what was converted is noted.
  /// - Throws: `CommandProblem.spacingUnknown`.
  package func pixels(on spacing: Spacing, _ context: Context) throws -> Double {
    guard unit != .px else { return value }
    guard let (row, column) = spacing.millimeters else { throw CommandProblem.spacingUnknown(oneLine) }
    let pixels = value * (unit == .cm2 ? 100 : 1) / (row * column)
    context.note("\(oneLine) -> \(NumberFormat.short(pixels, 0)) px (\(spacing.kind))")
    return pixels
  }
}
