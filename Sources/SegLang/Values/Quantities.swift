import Basics

/// A length in pixels, millimeters or centimeters.
public struct Length: Value, Hashable {
  /// Unit of a length: pixels, millimeters or centimeters.
  public enum Unit: String, Sendable, CaseIterable { case px, mm, cm }
  /// The number in front of the unit.
  public let value: Double
  /// The unit.
  public let unit: Unit

  /// Creates a length in a unit.
  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }
  /// A length in pixels.
  public static func pixels(_ value: Double) -> Length { Length(value, .px) }
  /// A length in millimeters.
  public static func millimeters(_ value: Double) -> Length { Length(value, .mm) }

  /// The length in pixels; nil for mm and cm when the pixel spacing is unknown.
  /// - Parameter millimetersPerPixel: Pixel spacing in mm; nil when it is unknown.
  public func pixels(millimetersPerPixel: Double?) -> Double? {
    switch unit {
    case .px: value
    case .mm: millimetersPerPixel.map { value / $0 }
    case .cm: millimetersPerPixel.map { value * 10 / $0 }
    }
  }

  /// Name of the type in the language: `Length`.
  public static let typeName = "Length"
  /// Description of the type for help and the manual.
  public static let typeHelp = "A length in px, mm or cm."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a length such as 3px or 2mm" }
  /// Reads `3px`, `2mm` or `0.5cm`. A bare number is in pixels, unless the literal is strict.
  /// - Throws: `LiteralProblem.notALiteral` for text without a number, `.unknownUnit`, or `.missingUnit`.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Length {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    if unit.isEmpty {
      if literal.isStrict { throw .missingUnit(suggestion: NumberFormat.exact(value) + "px") }
      return .pixels(value)
    }
    guard let unit = Unit(rawValue: unit) else { throw .unknownUnit(unit, expected: Unit.allCases.map(\.rawValue)) }
    return Length(value, unit)
  }
  /// Arithmetic and comparisons. Lengths in px do not combine with lengths in mm or cm.
  public static var operations: [Operation] { QuantityOperations.length }
  /// The number and its unit: `2mm`.
  public var oneLine: String { NumberFormat.exact(value) + unit.rawValue }
  /// The same text as `oneLine`.
  public var literal: String? { oneLine }
  /// The length in pixels; nil for mm and cm, whose size in pixels depends on the image.
  public var magnitude: Double? { unit == .px ? value : nil }
  /// A JSON object with `value` and `unit`.
  public var json: JSON { ["value": .number(value), "unit": .string(unit.rawValue)] }
}

/// An angle in degrees.
public struct Angle: Value, Hashable {
  /// The angle in degrees.
  public let degrees: Double
  /// Creates an angle from degrees.
  public init(degrees: Double) { self.degrees = degrees }
  /// An angle in degrees.
  public static func degrees(_ value: Double) -> Angle { Angle(degrees: value) }

  /// Name of the type in the language: `Angle`.
  public static let typeName = "Angle"
  /// Description of the type for help and the manual.
  public static let typeHelp = "An angle in degrees."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "an angle such as 15deg" }
  /// Reads `15deg`. A bare number is in degrees, unless the literal is strict.
  /// - Throws: `LiteralProblem.notALiteral` for text without a number, `.unknownUnit`, or `.missingUnit`.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Angle {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    if unit.isEmpty && literal.isStrict { throw .missingUnit(suggestion: NumberFormat.exact(value) + "deg") }
    guard unit.isEmpty || unit == "deg" else { throw .unknownUnit(unit, expected: ["deg"]) }
    return Angle(degrees: value)
  }
  /// Arithmetic and comparisons.
  public static var operations: [Operation] { QuantityOperations.angle }
  /// The number and its unit: `15deg`.
  public var oneLine: String { NumberFormat.exact(degrees) + "deg" }
  /// The same text as `oneLine`.
  public var literal: String? { oneLine }
  /// The angle in degrees.
  public var magnitude: Double? { degrees }
  /// A JSON object with `value` and `unit`.
  public var json: JSON { ["value": .number(degrees), "unit": .string("deg")] }
}

/// An intensity level of an image, resolved against that image.
public enum Intensity: Value, Hashable {
  /// A raw pixel value.
  case raw(Double)
  /// A fraction of the image's nominal range, 0-1: 0.4 for `40%`.
  case share(Double)
  /// A percentile of the pixel values, 0-1: 0.99 for `p99`.
  case percentile(Double)

  /// Name of the type in the language: `Intensity`.
  public static let typeName = "Intensity"
  /// Description of the type for help and the manual.
  public static let typeHelp = "An intensity: a raw value, a percentage of the image's range, or a percentile."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "an intensity such as 128, 40% or p99" }
  /// Reads `128`, `40%` or `p99`.
  /// - Throws: `LiteralProblem.notALiteral` for other text; `.unknownUnit` for any other unit.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Intensity {
    if !literal.isQuoted, literal.text.first == "p" || literal.text.first == "P" {
      guard let (value, unit) = Literal(String(literal.text.dropFirst())).number, unit.isEmpty, (0...100).contains(value) else {
        throw .notALiteral
      }
      return .percentile(value / 100)
    }
    guard let (value, unit) = literal.number else { throw .notALiteral }
    switch unit {
    case "": return .raw(value)
    case "%": return .share(value / 100)
    default: throw .unknownUnit(unit, expected: ["%", "no unit", "p99"])
    }
  }
  /// The intensity as it is written: `128`, `40%` or `p99`.
  public var oneLine: String {
    switch self {
    case .raw(let value): NumberFormat.exact(value)
    case .share(let value): Percentage(value).oneLine
    case .percentile(let value): "p" + Percentage(value).percentText
    }
  }
  /// The same text as `oneLine`.
  public var literal: String? { oneLine }
  /// The raw value; nil for fractions and percentiles, which depend on the image.
  public var magnitude: Double? { if case .raw(let value) = self { value } else { nil } }
  /// A JSON string of the one-line text.
  public var json: JSON { .string(oneLine) }
}

/// A fraction written as a percentage: `40%` is 0.4. Accepted as a number and as an intensity.
public struct Percentage: Value, Hashable {
  /// The fraction: 0.4 for 40 %.
  public let fraction: Double
  /// Creates a percentage from a fraction: 0.4 for 40 %.
  public init(_ fraction: Double) { self.fraction = fraction }

  /// Name of the type in the language: `Percentage`.
  public static let typeName = "Percentage"
  /// Description of the type for help and the manual.
  public static let typeHelp = "A percentage."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a percentage such as 40%" }
  /// Reads `40%`.
  /// - Throws: `LiteralProblem.notALiteral` for any other text.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Percentage {
    guard let (value, unit) = literal.number, unit == "%" else { throw .notALiteral }
    return Percentage(value / 100)
  }
  /// Conversions to a number and to an intensity.
  public static var conversions: [Conversion] {
    [
      Conversion { (share: Percentage) in share.fraction },
      Conversion { (share: Percentage) in Intensity.share(share.fraction) },
    ]
  }
  /// Arithmetic and comparisons. The sum of two percentages is a percentage; a comparison with a number uses the fraction.
  public static var operations: [Operation] { QuantityOperations.percentage }
  var percentText: String {
    let percent = fraction * 100
    let short = (percent * 1e6).rounded() / 1e6
    return NumberFormat.exact(abs(short / 100 - fraction) <= abs(fraction) * 1e-15 ? short : percent)
  }
  /// The value in percent: `40%`.
  public var oneLine: String { percentText + "%" }
  /// The same text as `oneLine`.
  public var literal: String? { oneLine }
  /// The fraction.
  public var magnitude: Double? { fraction }
  /// The fraction as a JSON number.
  public var json: JSON { .number(fraction) }
}
