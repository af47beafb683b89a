import Glibc

/// Operators of numbers, quantities, text and truth values.
enum QuantityOperations {
  static let number: [Operation] =
    [
      Operation(.add) { (a: Double, b: Double, _) in a + b },
      Operation(.subtract) { (a: Double, b: Double, _) in a - b },
      Operation(.multiply) { (a: Double, b: Double, _) in a * b },
      Operation(.divide) { (a: Double, b: Double, _) in
        if b == 0 { throw ArithmeticProblem.divisionByZero }
        return a / b
      },
      Operation(.remainder) { (a: Double, b: Double, _) in
        if b == 0 { throw ArithmeticProblem.divisionByZero }
        return a - b * (a / b).rounded(.down)
      },
      Operation(.power) { (a: Double, b: Double, _) in try finite(pow(a, b)) },
      Operation(prefix: .subtract) { (a: Double, _) in -a },
    ] + comparisons(Double.self)

  static let length: [Operation] =
    [
      Operation(.multiply) { (a: Length, b: Double, _) in Length(a.value * b, a.unit) },
      Operation(.multiply) { (a: Double, b: Length, _) in Length(a * b.value, b.unit) },
      Operation(.divide) { (a: Length, b: Double, _) in
        if b == 0 { throw ArithmeticProblem.divisionByZero }
        return Length(a.value / b, a.unit)
      },
      Operation(.divide) { (a: Length, b: Length, _) in
        if b.value == 0 { throw ArithmeticProblem.divisionByZero }
        return try common(a, b) { $0 / $1 }
      },
      Operation(.add) { (a: Length, b: Length, _) in try common(a, b) { Length($0 + $1, a.unit) } },
      Operation(.subtract) { (a: Length, b: Length, _) in try common(a, b) { Length($0 - $1, a.unit) } },
      Operation(prefix: .subtract) { (a: Length, _) in Length(-a.value, a.unit) },
      Operation(.less) { (a: Length, b: Length, _) in try common(a, b, <) },
      Operation(.lessOrEqual) { (a: Length, b: Length, _) in try common(a, b, <=) },
      Operation(.greater) { (a: Length, b: Length, _) in try common(a, b, >) },
      Operation(.greaterOrEqual) { (a: Length, b: Length, _) in try common(a, b, >=) },
      Operation(.equal) { (a: Length, b: Length, _) in try common(a, b, ==) },
      Operation(.notEqual) { (a: Length, b: Length, _) in try common(a, b, !=) },
    ]

  static let angle: [Operation] = [
    Operation(.multiply) { (a: Angle, b: Double, _) in Angle(degrees: a.degrees * b) },
    Operation(.multiply) { (a: Double, b: Angle, _) in Angle(degrees: a * b.degrees) },
    Operation(.divide) { (a: Angle, b: Double, _) in
      if b == 0 { throw ArithmeticProblem.divisionByZero }
      return Angle(degrees: a.degrees / b)
    },
    Operation(.add) { (a: Angle, b: Angle, _) in Angle(degrees: a.degrees + b.degrees) },
    Operation(.subtract) { (a: Angle, b: Angle, _) in Angle(degrees: a.degrees - b.degrees) },
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

  private static func finite(_ value: Double) throws -> Double {
    guard value.isFinite else { throw ArithmeticProblem.notANumber }
    return value
  }

  /// Both lengths in the left one's unit; px and mm have no common unit without a picture.
  private static func common<T>(_ a: Length, _ b: Length, _ body: (Double, Double) -> T) throws -> T {
    switch (a.unit, b.unit) {
    case (.px, .px), (.mm, .mm), (.cm, .cm): return body(a.value, b.value)
    case (.mm, .cm): return body(a.value, b.value * 10)
    case (.cm, .mm): return body(a.value, b.value / 10)
    default: throw ArithmeticProblem.pixelsAndMillimetres
    }
  }
}

/// Arithmetic that has no result.
public enum ArithmeticProblem: Error, Sendable, Hashable, CustomStringConvertible {
  case divisionByZero
  case notANumber
  case pixelsAndMillimetres
  case emptyStep
  case tooLong(Int)
  case tooLarge(Int)
  case tooDeep(Int)
  /// In MiB.
  case tooLargeText(Int)

  public var description: String {
    switch self {
    case .divisionByZero: "division by zero"
    case .notANumber: "the result is no number"
    case .pixelsAndMillimetres: "px and mm have no common unit here"
    case .emptyStep: "a range cannot step by zero"
    case .tooLarge(let limit): "more than \(limit) values in one list or record"
    case .tooDeep(let limit): "lists and records inside each other more than \(limit) deep"
    case .tooLargeText(let limit): "a text of more than \(limit) MiB"
    case .tooLong(let limit): "a range of more than \(limit) items"
    }
  }
}
