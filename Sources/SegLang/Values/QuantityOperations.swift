import Basics
internal import Platform

/// Operators of numbers, quantities, text and truth values.
enum QuantityOperations {
  static let number: [Operation] =
    [
      Operation(.add) { (a: Double, b: Double, _) in try finite(a + b) },
      Operation(.subtract) { (a: Double, b: Double, _) in try finite(a - b) },
      Operation(.multiply) { (a: Double, b: Double, _) in try finite(a * b) },
      Operation(.divide) { (a: Double, b: Double, _) in try quotient(a, b) },
      Operation(.remainder) { (a: Double, b: Double, _) in
        if b == 0 { throw ArithmeticProblem.divisionByZero }
        // Exact, with the sign of b, where a - b * floor(a / b) loses digits.
        let rest = fmod(a, b)
        return try finite(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
      },
      Operation(.power) { (a: Double, b: Double, _) in
        if a == 0, b < 0 { throw ArithmeticProblem.divisionByZero }
        return try finite(pow(a, b))
      },
      Operation(prefix: .subtract) { (a: Double, _) in -a },
    ] + comparisons(Double.self)

  /// A share stays a share, so that `20% + 20%` means 40 % of a range and not the intensity 0.4. A share of a number is a number: `200 * 10%` is 20.
  static let percentage: [Operation] =
    [
      Operation(.add) { (a: Percentage, b: Percentage, _) in Percentage(try finite(a.fraction + b.fraction)) },
      Operation(.subtract) { (a: Percentage, b: Percentage, _) in Percentage(try finite(a.fraction - b.fraction)) },
      Operation(.multiply) { (a: Percentage, b: Double, _) in Percentage(try finite(a.fraction * b)) },
      Operation(.divide) { (a: Percentage, b: Double, _) in Percentage(try quotient(a.fraction, b)) },
      Operation(.divide) { (a: Percentage, b: Percentage, _) in try quotient(a.fraction, b.fraction) },
      Operation(prefix: .subtract) { (a: Percentage, _) in Percentage(-a.fraction) },
    ] + comparisons(with: Percentage.self)

  /// A share is compared with a number as its fraction; a note says so where the number is no share, since 30 may have been meant.
  private static func comparisons(with: Percentage.Type) -> [Operation] {
    @Sendable func fraction(_ share: Percentage, beside number: Double, _ context: Context) -> Double {
      if abs(number) > 1, abs(share.fraction) <= 1 {
        context.note("\(share.oneLine) means \(NumberFormat.exact(share.fraction)); it is compared with \(NumberFormat.exact(number))")
      }
      return share.fraction
    }
    let rows: [(Operator, @Sendable (Double, Double) -> Bool)] = [
      (.less, { $0 < $1 }), (.lessOrEqual, { $0 <= $1 }), (.greater, { $0 > $1 }), (.greaterOrEqual, { $0 >= $1 }), (.equal, { $0 == $1 }),
      (.notEqual, { $0 != $1 }),
    ]
    return rows.flatMap { op, compare in
      [
        Operation(op) { (a: Percentage, b: Percentage, _) in compare(a.fraction, b.fraction) },
        Operation(op) { (a: Double, b: Percentage, context) in compare(a, fraction(b, beside: a, context)) },
        Operation(op) { (a: Percentage, b: Double, context) in compare(fraction(a, beside: b, context), b) },
      ]
    }
  }

  static let length: [Operation] =
    [
      Operation(.multiply) { (a: Length, b: Double, _) in Length(try finite(a.value * b), a.unit) },
      Operation(.multiply) { (a: Double, b: Length, _) in Length(try finite(a * b.value), b.unit) },
      Operation(.divide) { (a: Length, b: Double, _) in Length(try quotient(a.value, b), a.unit) },
      Operation(.divide) { (a: Length, b: Length, _) in
        if b.value == 0 { throw ArithmeticProblem.divisionByZero }
        return try finite(try common(a, b) { $0 / $1 })
      },
      Operation(.add) { (a: Length, b: Length, _) in Length(try finite(try common(a, b, +)), a.unit) },
      Operation(.subtract) { (a: Length, b: Length, _) in Length(try finite(try common(a, b, -)), a.unit) },
      Operation(prefix: .subtract) { (a: Length, _) in Length(-a.value, a.unit) },
      Operation(.less) { (a: Length, b: Length, _) in try common(a, b, <) },
      Operation(.lessOrEqual) { (a: Length, b: Length, _) in try common(a, b, <=) },
      Operation(.greater) { (a: Length, b: Length, _) in try common(a, b, >) },
      Operation(.greaterOrEqual) { (a: Length, b: Length, _) in try common(a, b, >=) },
      Operation(.equal) { (a: Length, b: Length, _) in try common(a, b, ==) },
      Operation(.notEqual) { (a: Length, b: Length, _) in try common(a, b, !=) },
    ]

  static let angle: [Operation] = [
    Operation(.multiply) { (a: Angle, b: Double, _) in Angle(degrees: try finite(a.degrees * b)) },
    Operation(.multiply) { (a: Double, b: Angle, _) in Angle(degrees: try finite(a * b.degrees)) },
    Operation(.divide) { (a: Angle, b: Double, _) in Angle(degrees: try quotient(a.degrees, b)) },
    Operation(.divide) { (a: Angle, b: Angle, _) in try quotient(a.degrees, b.degrees) },
    Operation(.add) { (a: Angle, b: Angle, _) in Angle(degrees: try finite(a.degrees + b.degrees)) },
    Operation(.subtract) { (a: Angle, b: Angle, _) in Angle(degrees: try finite(a.degrees - b.degrees)) },
    Operation(prefix: .subtract) { (a: Angle, _) in Angle(degrees: -a.degrees) },
    Operation(.less) { (a: Angle, b: Angle, _) in a.degrees < b.degrees },
    Operation(.lessOrEqual) { (a: Angle, b: Angle, _) in a.degrees <= b.degrees },
    Operation(.greater) { (a: Angle, b: Angle, _) in a.degrees > b.degrees },
    Operation(.greaterOrEqual) { (a: Angle, b: Angle, _) in a.degrees >= b.degrees },
    Operation(.equal) { (a: Angle, b: Angle, _) in a == b },
    Operation(.notEqual) { (a: Angle, b: Angle, _) in a != b },
  ]

  static let text: [Operation] =
    [Operation(.add) { (a: String, b: String, _) in a + b }] + comparisons(String.self)

  static let bool: [Operation] = [
    Operation(.and) { (a: Bool, b: Bool, _) in a && b },
    Operation(.or) { (a: Bool, b: Bool, _) in a || b },
    Operation(.xor) { (a: Bool, b: Bool, _) in a != b },
    Operation(prefix: .not) { (a: Bool, _) in !a },
    Operation(.equal) { (a: Bool, b: Bool, _) in a == b },
    Operation(.notEqual) { (a: Bool, b: Bool, _) in a != b },
  ]

  private static func comparisons<T: Value & Comparable>(_: T.Type) -> [Operation] {
    [
      Operation(.less) { (a: T, b: T, _) in a < b },
      Operation(.lessOrEqual) { (a: T, b: T, _) in a <= b },
      Operation(.greater) { (a: T, b: T, _) in a > b },
      Operation(.greaterOrEqual) { (a: T, b: T, _) in a >= b },
      Operation(.equal) { (a: T, b: T, _) in a == b },
      Operation(.notEqual) { (a: T, b: T, _) in a != b },
    ]
  }

  /// - Throws: `ArithmeticProblem` for what is not finite: arithmetic has a finite result or none.
  static func finite(_ value: Double) throws -> Double {
    if value.isNaN { throw ArithmeticProblem.notANumber }
    guard value.isFinite else { throw ArithmeticProblem.beyondNumbers }
    return value
  }

  private static func quotient(_ a: Double, _ b: Double) throws -> Double {
    if b == 0 { throw ArithmeticProblem.divisionByZero }
    return try finite(a / b)
  }

  /// Both lengths in the left one's unit; px and mm have no common unit without an image.
  private static func common<T>(_ a: Length, _ b: Length, _ body: (Double, Double) -> T) throws -> T {
    switch (a.unit, b.unit) {
    case (.px, .px), (.mm, .mm), (.cm, .cm): return body(a.value, b.value)
    case (.mm, .cm): return body(a.value, b.value * 10)
    case (.cm, .mm): return body(a.value, b.value / 10)
    default: throw ArithmeticProblem.pixelsAndMillimeters
    }
  }
}

/// Error thrown when arithmetic has no result, or when a value would be too large.
public enum ArithmeticProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Division by zero, or zero to a negative power.
  case divisionByZero
  /// The result is not a real number, as for `(-1) ^ 0.5`.
  case notANumber
  /// The result exceeds the largest `Double`.
  case beyondNumbers
  /// The resulting intensities exceed the largest `Float`.
  case beyondIntensities
  /// px and mm or cm in one operation, whose ratio is unknown.
  case pixelsAndMillimeters
  /// A range with a step of zero.
  case emptyStep
  /// A range of more values than the limit.
  case tooLong(Int)
  /// A part `x[first..last]` whose range descends or skips places.
  case notAPart
  /// A part that ends outside of so many places.
  case partBeyond(ClosedRange<Int>, count: Int)
  /// A list that should hold numbers and holds another type, or nothing.
  case notNumbers(String)
  /// A list or record of more values than the limit, nested ones included.
  case tooLarge(Int)
  /// Lists and records nested deeper than the limit.
  case tooDeep(Int)
  /// A text longer than the limit, in MiB.
  case tooLargeText(Int)

  /// The error message: `division by zero`.
  public var description: String {
    switch self {
    case .divisionByZero: "division by zero"
    case .notANumber: "the result is not a real number"
    case .beyondNumbers: "the result exceeds the largest number, 1.8e308"
    case .beyondIntensities: "the result exceeds the largest intensity, 3.4e38"
    case .pixelsAndMillimeters: "px and mm cannot be combined here; use one unit"
    case .notAPart: "a part is taken with an ascending range of whole numbers in steps of 1, such as 10..20"
    case .partBeyond(let range, let count):
      "\(range.lowerBound)..\(range.upperBound) is out of range: \(count) item\(count == 1 ? "" : "s"), counted from 0"
    case .notNumbers(let found): found.isEmpty ? "the list is empty" : "the list must contain only numbers, not a \(found)"
    case .emptyStep: "the step of a range cannot be zero"
    case .tooLarge(let limit): "more than \(limit) values in one list or record"
    case .tooDeep(let limit): "lists and records nested more than \(limit) levels deep"
    case .tooLargeText(let limit): "a text of more than \(limit) MiB"
    case .tooLong(let limit): "a range of more than \(limit) items"
    }
  }
}
