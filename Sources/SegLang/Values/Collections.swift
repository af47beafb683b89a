import Basics

/// An ordered list of values of any type.
public struct List: Sequential {
  /// The items in order.
  public let items: [any Value]
  let extent: Extent
  /// Creates a list.
  /// - Complexity: O(n).
  public init(_ items: [any Value]) {
    self.items = items
    extent = Extent(of: items)
  }
  /// Name of the type in the language: `List`.
  public static let typeName = "List"
  /// Description of the type for help and the manual.
  public static let typeHelp = "Values in order."
  /// A list whose item type is unknown.
  public static var valueType: ValueType { .list(.anything) }
  /// Items can be of any type.
  public static var elementType: ValueType { .anything }
  /// The items in order.
  public func elements() -> Elements { Elements(items) }
  /// `count`, and statistics of lists of numbers.
  public static var properties: [Property] {
    [
      Property("count", "Number of items.") { (list: List) in list.items.count },
      Property("sum", "Sum of the numbers; 0 for an empty list.") { (list: List) in
        list.items.isEmpty ? 0 : try QuantityOperations.finite(try list.numbers.reduce(0, +))
      },
      Property("mean", "Mean of the numbers.") { (list: List) in Statistics.mean(try list.numbers) },
      Property("median", "Median of the numbers.") { (list: List) in Statistics.median(try list.numbers) },
      Property("min", "Smallest number.") { (list: List) in try list.numbers.min() },
      Property("max", "Largest number.") { (list: List) in try list.numbers.max() },
    ]
  }
  /// The items, which have to be numbers, at least one.
  private var numbers: [Double] {
    get throws {
      guard !items.isEmpty else { throw ArithmeticProblem.notNumbers("") }
      return try items.map { item in
        guard let number = item as? Double else { throw ArithmeticProblem.notNumbers(type(of: item).typeName) }
        return number
      }
    }
  }
  /// `+`, which concatenates two lists.
  public static var operations: [Operation] { [Operation(.add) { (a: List, b: List, _) in List(a.items + b.items) }] }
  /// The first eight items in brackets; a longer list also states its number of items.
  public var oneLine: String {
    let shown = items.prefix(8).map(\.oneLine).joined(separator: ", ")
    return items.count > 8 ? "[\(shown), …] \(items.count) items" : "[\(shown)]"
  }
  /// The items as literals in brackets; nil when an item has no literal.
  public var literal: String? {
    let parts = items.map(\.literal)
    return parts.contains { $0 == nil } ? nil : "[" + parts.compactMap { $0 }.joined(separator: ", ") + "]"
  }
  /// A JSON array of the items.
  public var json: JSON { .array(items.map(\.json)) }
}

extension Array: Bindable where Element: Bindable {
  /// A list of the element type.
  public static var valueType: ValueType { .list(Element.valueType) }
  /// Binds each item of a list.
  /// - Throws: `BindingProblem.wrongType` when the value is not a `List`; what binding an item throws.
  public static func bind(_ value: any Value) throws -> [Element] {
    guard let list = value as? List else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return try list.items.map { try Element.bind($0) }
  }
  /// A `List` of the elements; empty optionals are left out.
  public var asValue: (any Value)? { List(compactMap(\.asValue)) }
}

/// Named values in order.
public struct Record: Value {
  /// The fields in order.
  public let fields: [(name: String, value: any Value)]
  let extent: Extent
  /// Creates a record. When two fields share a name, lookups find the first.
  public init(_ fields: [(String, any Value)]) {
    self.fields = fields.map { (name: $0.0, value: $0.1) }
    extent = Extent(of: fields.map(\.1))
  }
  /// The value of a field; nil when no field has the name.
  /// - Complexity: O(n).
  public subscript(name: String) -> (any Value)? { fields.first { $0.name == name }?.value }
  /// The value of `record.name`: the field of that name, or else a record of the fields whose dotted names start with it, such as `right`
  /// for the columns `right.percent` and `right.area`. Nil when there is neither.
  public func property(_ name: String) -> (any Value)? {
    if let value = self[name] { return value }
    let inner = fields.filter { $0.name.hasPrefix(name + ".") }
    return inner.isEmpty ? nil : Record(inner.map { (String($0.name.dropFirst(name.count + 1)), $0.value) })
  }
  /// Name of the type in the language: `Record`.
  public static let typeName = "Record"
  /// Description of the type for help and the manual.
  public static let typeHelp = "Named values."
  /// The fields in braces, each value in one line: `{a: 1, b: 2}`.
  public var oneLine: String { "{" + fields.map { "\($0.name): \($0.value.oneLine)" }.joined(separator: ", ") + "}" }
  /// The record as a literal; nil when a value has no literal.
  public var literal: String? {
    let parts = fields.map { field in field.value.literal.map { "\(field.name): \($0)" } }
    return parts.contains { $0 == nil } ? nil : "{" + parts.compactMap { $0 }.joined(separator: ", ") + "}"
  }
  /// A JSON object with the fields in order.
  public var json: JSON { .object(fields.map { JSON.Member($0.name, $0.value.json) }) }
}

/// A range of numbers, lengths or angles in equal steps: `1..5`, `1px..9px:2px`. The last value is included when a step reaches it.
public struct Steps: Sequential {
  /// First value; its unit is that of all values.
  public let first: any Value
  /// Last value: the upper bound, or the lower bound of a negative step.
  public let last: any Value
  /// Step size; nil means one unit.
  public let step: (any Value)?
  /// Creates a range. Types and units are checked only when `elements(limit:)` is called.
  public init(_ first: any Value, _ last: any Value, step: (any Value)? = nil) {
    self.first = first
    self.last = last
    self.step = step
  }
  /// The values of the range. Empty when the last value lies on the wrong side of the first.
  ///
  /// - Parameter limit: Largest number of values allowed.
  /// - Throws: `ArithmeticProblem` for a step of zero, for px mixed with mm, or for more values than the limit; `BindingProblem` for bounds
  ///   of other types.
  public func elements(limit: Int) throws -> [any Value] {
    let start: Double
    let end: Double
    var by: Double?
    let make: (Double) -> any Value
    if let first = first as? Length, let last = last as? Length {
      (start, end) = (first.value, try Self.amount(last, in: first.unit))
      by = try (step as? Length).map { try Self.amount($0, in: first.unit) }
      make = { Length($0, first.unit) }
    } else if let first = first as? Angle, let last = last as? Angle {
      (start, end, by) = (first.degrees, last.degrees, (step as? Angle)?.degrees)
      make = { Angle(degrees: $0) }
    } else {
      (start, end) = (try Double.bind(first), try Double.bind(last))
      make = { $0 }
    }
    if by == nil, let step { by = try Double.bind(step) }
    let width = by ?? 1
    guard width != 0 else { throw ArithmeticProblem.emptyStep }
    // A step that rounding lets fall just short of the last value still meets it.
    let count = ((end - start) / width + 1e-9).rounded(.down) + 1
    guard count > 0 else { return [] }
    guard count <= Double(limit) else { throw ArithmeticProblem.tooLong(limit) }
    let steps = DecimalSteps(from: start, by: width)
    return (0..<Int(count)).map { make(steps[$0]) }
  }

  private static func amount(_ length: Length, in unit: Length.Unit) throws -> Double {
    switch (length.unit, unit) {
    case (.px, .px), (.mm, .mm), (.cm, .cm): return length.value
    case (.cm, .mm): return length.value * 10
    case (.mm, .cm): return length.value / 10
    default: throw ArithmeticProblem.pixelsAndMillimeters
    }
  }

  /// Items can be numbers, lengths or angles.
  public static var elementType: ValueType { .anything }
  /// The values of the range, at most 1,000,000.
  /// - Throws: The errors of `elements(limit:)`.
  public func elements() throws -> Elements { Elements(try elements(limit: Evaluator.roundLimit)) }

  /// Reads a range written as one word, such as `1px..9px:2px`.
  /// - Throws: `LiteralProblem.notALiteral` for any other text.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Steps {
    guard !literal.isQuoted, let dots = literal.text.firstRange(of: "..") else { throw .notALiteral }
    var parts = [String(literal.text[..<dots.lowerBound])]
    parts += literal.text[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let values = parts.compactMap { Quantities.literal($0) }
    guard values.count == parts.count, (2...3).contains(values.count) else { throw .notALiteral }
    return Steps(values[0], values[1], step: values.count == 3 ? values[2] : nil)
  }
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a range such as 1px..9px:2px" }

  /// Name of the type in the language: `Range`.
  public static let typeName = "Range"
  /// Description of the type for help and the manual.
  public static let typeHelp = "Numbers or quantities from a first to a last value in equal steps."
  /// The bounds and the step, if any: `1px..9px:2px`.
  public var oneLine: String { first.oneLine + ".." + last.oneLine + (step.map { ":" + $0.oneLine } ?? "") }
  /// The range as a literal; nil when a bound or the step has none.
  public var literal: String? {
    guard let first = first.literal, let last = last.literal else { return nil }
    guard let step else { return first + ".." + last }
    return step.literal.map { first + ".." + last + ":" + $0 }
  }
}
