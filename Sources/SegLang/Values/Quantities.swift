/// A length in the image's pixels or in millimeters.
public struct Length: Value, Hashable {
  public enum Unit: String, Sendable, CaseIterable { case px, mm, cm }
  public let value: Double
  public let unit: Unit

  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }
  public static func pixels(_ value: Double) -> Length { Length(value, .px) }
  public static func millimeters(_ value: Double) -> Length { Length(value, .mm) }

  /// The length in pixels; nil when it is in mm or cm and the pixel's size is unknown.
  public func pixels(millimetersPerPixel: Double?) -> Double? {
    switch unit {
    case .px: value
    case .mm: millimetersPerPixel.map { value / $0 }
    case .cm: millimetersPerPixel.map { value * 10 / $0 }
    }
  }

  public static let typeName = "Length"
  public static let typeHelp = "A length in px, mm or cm."
  public static var literalHint: String? { "a length such as 3px or 2mm" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Length {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    if unit.isEmpty {
      if literal.isStrict { throw .missingUnit(suggestion: numberText(value) + "px") }
      return .pixels(value)
    }
    guard let unit = Unit(rawValue: unit) else { throw .unknownUnit(unit, expected: Unit.allCases.map(\.rawValue)) }
    return Length(value, unit)
  }
  public static var operations: [Operation] { QuantityOperations.length }
  public var oneLine: String { numberText(value) + unit.rawValue }
  public var literal: String? { oneLine }
  public var magnitude: Double? { unit == .px ? value : nil }
  public var json: JSONValue { .object([("value", .number(value)), ("unit", .string(unit.rawValue))]) }
}

/// An angle in degrees.
public struct Angle: Value, Hashable {
  public let degrees: Double
  public init(degrees: Double) { self.degrees = degrees }
  public static func degrees(_ value: Double) -> Angle { Angle(degrees: value) }

  public static let typeName = "Angle"
  public static let typeHelp = "An angle in degrees."
  public static var literalHint: String? { "an angle such as 15deg" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Angle {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    if unit.isEmpty && literal.isStrict { throw .missingUnit(suggestion: numberText(value) + "deg") }
    guard unit.isEmpty || unit == "deg" else { throw .unknownUnit(unit, expected: ["deg"]) }
    return Angle(degrees: value)
  }
  public static var operations: [Operation] { QuantityOperations.angle }
  public var oneLine: String { numberText(degrees) + "deg" }
  public var literal: String? { oneLine }
  public var magnitude: Double? { degrees }
  public var json: JSONValue { .object([("value", .number(degrees)), ("unit", .string("deg"))]) }
}

/// An intensity level of an image, resolved against that image.
public enum Intensity: Value, Hashable {
  /// In the image's own units.
  case raw(Double)
  /// A share of the image's nominal range; 40 % is 0.4.
  case share(Double)
  /// The level below which a share of the pixels lie; p99 is 0.99.
  case percentile(Double)

  public static let typeName = "Intensity"
  public static let typeHelp = "An intensity: a raw value, a percentage of the image's range, or a percentile."
  public static var literalHint: String? { "an intensity such as 128, 40% or p99" }
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
  public var oneLine: String {
    switch self {
    case .raw(let value): numberText(value)
    case .share(let value): Percentage(value).oneLine
    case .percentile(let value): "p" + Percentage(value).percentText
    }
  }
  public var literal: String? { oneLine }
  public var magnitude: Double? { if case .raw(let value) = self { value } else { nil } }
  public var json: JSONValue { .string(oneLine) }
}

/// A share written in percent: `40%` is 0.4. Accepted as a number and as an intensity.
public struct Percentage: Value, Hashable {
  /// 0.4 for 40 %.
  public let fraction: Double
  public init(_ fraction: Double) { self.fraction = fraction }

  public static let typeName = "Percentage"
  public static let typeHelp = "A percentage."
  public static var literalHint: String? { "a percentage such as 40%" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Percentage {
    guard let (value, unit) = literal.number, unit == "%" else { throw .notALiteral }
    return Percentage(value / 100)
  }
  public static var conversions: [Conversion] {
    [
      Conversion { (share: Percentage) in share.fraction },
      Conversion { (share: Percentage) in Intensity.share(share.fraction) },
    ]
  }
  public static var operations: [Operation] { QuantityOperations.percentage }
  var percentText: String {
    let percent = fraction * 100
    let short = (percent * 1e6).rounded() / 1e6
    return numberText(abs(short / 100 - fraction) <= abs(fraction) * 1e-15 ? short : percent)
  }
  public var oneLine: String { percentText + "%" }
  public var literal: String? { oneLine }
  public var magnitude: Double? { fraction }
  public var json: JSONValue { .number(fraction) }
}
