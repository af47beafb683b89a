/// A word or quoted text to be read as a value of a type.
public struct Literal: Sendable, Hashable {
  /// The text without its quotes.
  public let text: String
  /// Whether the text was quoted. A quoted text is never a number.
  public let isQuoted: Bool
  /// Whether prompt shortcuts, such as a bare number for a length, are rejected.
  public let isStrict: Bool

  /// Creates a literal from its text without quotes.
  public init(_ text: String, isQuoted: Bool = false, isStrict: Bool = false) {
    self.text = text
    self.isQuoted = isQuoted
    self.isStrict = isStrict
  }

  /// The text as a finite number and the unit that follows it; the unit is empty when there is none.
  ///
  /// Nil for quoted text, for text that does not start with a number, and for numbers that `Double` cannot hold: a whole number that would
  /// be rounded, or a nonzero number that would become 0.
  public var number: (value: Double, unit: String)? {
    if isQuoted { return nil }
    let bytes = Array(text.utf8)
    var end = 0
    func countDigits() -> Int {
      let start = end
      while end < bytes.count, bytes[end] >= 48, bytes[end] <= 57 { end += 1 }
      return end - start
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
    let whole = countDigits()
    var fraction = 0
    if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
      end += 1
      fraction = countDigits()
    }
    guard whole + fraction > 0, whole > 0 || fraction > 0 else { return nil }
    if end < bytes.count, bytes[end] | 32 == UInt8(ascii: "e") {
      let mark = end
      end += 1
      if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
      if countDigits() == 0 { end = mark }
    }
    let digits = String(decoding: bytes[..<end], as: UTF8.self)
    guard let value = Double(digits), value.isFinite, Self.holds(value, digits) else { return nil }
    return (value, String(decoding: bytes[end...], as: UTF8.self))
  }
}

extension Literal {
  /// Whether a number is what its digits say, up to the rounding of fractions: a whole number has to be exact, and what is not 0 may not become 0.
  private static func holds(_ value: Double, _ digits: String) -> Bool {
    if value == 0 { return !digits.utf8.prefix { $0 | 32 != UInt8(ascii: "e") }.contains { (49...57).contains($0) } }
    guard abs(value) >= 9_007_199_254_740_992, digits.utf8.allSatisfy({ $0 < 58 && $0 != UInt8(ascii: ".") }) else { return true }
    return Int(digits).map { Double(exactly: $0) == value } ?? false
  }
}

/// Error thrown when a literal cannot be read as a value of a type.
public enum LiteralProblem: Error, Sendable, Hashable {
  /// The text is not a literal of the type; it may be a variable.
  case notALiteral
  /// The text is not a literal of the type and cannot be a variable either.
  case malformed
  /// The word is none of the choices, which are listed.
  case unknownChoice(String, choices: [String])
  /// The number has a unit that the type does not accept; the accepted units are listed.
  case unknownUnit(String, expected: [String])
  /// A bare number where a script must state the unit.
  case missingUnit(suggestion: String)
  /// The number has a fraction or is too large for `Int`.
  case notWhole(String)
}
