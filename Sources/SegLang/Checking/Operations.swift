/// Finds the rows of the operator tables.
enum Operations {
  /// The row for operands of these types: exact types before conversions, the left type's table before the right one's.
  static func row(_ op: Operator, _ left: (any Value.Type)?, _ right: any Value.Type) -> Operation? {
    let tables = (left.map { [TypeTables.of($0).operations] } ?? []) + [TypeTables.of(right).operations]
    let leftType = left?.valueType
    let rightType = right.valueType
    for rows in tables {
      if let exact = rows.first(where: { $0.op == op && $0.left == leftType && $0.right == rightType }) { return exact }
    }
    return tables.joined().first { row in
      guard row.op == op, (row.left == nil) == (left == nil) else { return false }
      return
        rightType.fit(row.right) >= .converted && (row.left == nil || leftType.map { $0.fit(row.left ?? .nothing) >= .converted } == true)
    }
  }

  /// The type that an operator gives; nil when it has no meaning for the types.
  static func result(_ op: Operator, _ left: ValueType?, _ right: ValueType) -> ValueType? {
    if left == .anything || right == .anything { return .anything }
    var result: ValueType?
    let lefts: [(any Value.Type)?] = left.map { $0.metatypes } ?? [nil]
    for left in lefts {
      for right in right.metatypes {
        guard let row = row(op, left, right) else { continue }
        result = result.map { ValueType.join($0, row.result) } ?? row.result
      }
    }
    return result
  }

  /// A value as another type, through its conversions where it has to be.
  static func convert(_ value: any Value, to target: ValueType) throws -> any Value {
    if type(of: value).valueType == target { return value }
    for conversion in TypeTables.of(type(of: value)).conversions where conversion.target == target { return try conversion.apply(value) }
    throw BindingProblem.wrongType(expected: target, found: type(of: value).valueType)
  }

  static func apply(_ op: Operator, _ left: (any Value)?, _ right: any Value, _ context: Context) throws -> (any Value)? {
    guard let row = row(op, left.map { type(of: $0) }, type(of: right)) else { return nil }
    let first = try left.map { try convert($0, to: row.left ?? .nothing) }
    return try row.apply(first, try convert(right, to: row.right), context)
  }
}

/// Reads the literals of expressions.
enum Quantities {
  static func value(of text: String) -> Result<any Value, LiteralProblem> {
    if text.first == "p" { return Result { () throws(LiteralProblem) in try Intensity.read(Literal(text)) } }
    guard let (number, unit) = Literal(text).number else { return .failure(.notALiteral) }
    switch unit {
    case "": return .success(number)
    case "%": return .success(Percentage(number / 100))
    case "deg": return .success(Angle(degrees: number))
    default:
      if let unit = Length.Unit(rawValue: unit) { return .success(Length(number, unit)) }
      return .failure(.unknownUnit(unit, expected: ["px", "mm", "cm", "deg", "%"]))
    }
  }

  /// The value of a word where any value will do: a number, a quantity, a percentile, true or false.
  static func literal(_ word: String) -> (any Value)? {
    if word == "true" || word == "false" { return word == "true" }
    let digits = word.first == "-" || word.first == "p" ? word.dropFirst() : Substring(word)
    guard digits.first?.isNumber == true, case .success(let value) = value(of: word) else { return nil }
    return value
  }

  /// Whether a name is a percentile when no variable has it: `p65`.
  static func isPercentile(_ name: String) -> Bool {
    name.first == "p" && name.utf8.count > 1 && name.utf8.dropFirst().allSatisfy { $0 >= 48 && $0 <= 57 }
      && (try? Intensity.read(Literal(name))) != nil
  }
}
