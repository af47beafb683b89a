/// A list of values.
public struct List: Sequential {
  public let items: [any Value]
  let extent: Extent
  public init(_ items: [any Value]) {
    self.items = items
    extent = Extent(of: items)
  }
  public static let typeName = "List"
  public static let typeHelp = "Values in order."
  public static var valueType: ValueType { .list(.anything) }
  public static var elementType: ValueType { .anything }
  public func elements() -> Elements { Elements(items) }
  public static var properties: [Property] { [Property("count", "Number of items.") { (list: List) in list.items.count }] }
  public static var operations: [Operation] { [Operation(.add) { (a: List, b: List, _) in List(a.items + b.items) }] }
  public var oneLine: String {
    let shown = items.prefix(8).map(\.oneLine).joined(separator: ", ")
    return items.count > 8 ? "[\(shown), …] \(items.count) items" : "[\(shown)]"
  }
  public var literal: String? {
    let parts = items.map(\.literal)
    return parts.contains { $0 == nil } ? nil : "[" + parts.compactMap { $0 }.joined(separator: ", ") + "]"
  }
  public var json: JSONValue { .array(items.map(\.json)) }
}

extension Array: Bindable where Element: Bindable {
  public static var valueType: ValueType { .list(Element.valueType) }
  public static func bind(_ value: any Value) throws -> [Element] {
    guard let list = value as? List else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return try list.items.map { try Element.bind($0) }
  }
  public var asValue: (any Value)? { List(compactMap(\.asValue)) }
}

/// Named values in order.
public struct Record: Value {
  public let fields: [(name: String, value: any Value)]
  let extent: Extent
  public init(_ fields: [(String, any Value)]) {
    self.fields = fields.map { (name: $0.0, value: $0.1) }
    extent = Extent(of: fields.map(\.1))
  }
  public subscript(name: String) -> (any Value)? { fields.first { $0.name == name }?.value }
  /// What `record.name` reaches: the field of that name, else those with dotted names that start with it, as a record: `right` of the row of a table with the
  /// column `right.percent`. Nil where there is neither.
  public func property(_ name: String) -> (any Value)? {
    if let value = self[name] { return value }
    let inner = fields.filter { $0.name.hasPrefix(name + ".") }
    return inner.isEmpty ? nil : Record(inner.map { (String($0.name.dropFirst(name.count + 1)), $0.value) })
  }
  public static let typeName = "Record"
  public static let typeHelp = "Named values."
  public var oneLine: String { "{" + fields.map { "\($0.name): \($0.value.oneLine)" }.joined(separator: ", ") + "}" }
  public var literal: String? {
    let parts = fields.map { field in field.value.literal.map { "\(field.name): \($0)" } }
    return parts.contains { $0 == nil } ? nil : "{" + parts.compactMap { $0 }.joined(separator: ", ") + "}"
  }
  public var json: JSONValue { .object(fields.map { ($0.name, $0.value.json) }) }
}

/// Numbers or lengths from a first to a last in steps: `1..5`, `1px..9px:2px`. Both ends belong to it.
public struct Steps: Sequential {
  public let first: any Value
  public let last: any Value
  public let step: (any Value)?
  public init(_ first: any Value, _ last: any Value, step: (any Value)? = nil) {
    self.first = first
    self.last = last
    self.step = step
  }
  /// The values, the last included when a step meets it. Without a step, one unit up; an empty list when the last is below the first.
  /// - Throws: `ArithmeticProblem`.
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
    return (0..<Int(count)).map { make(start + Double($0) * width) }
  }

  private static func amount(_ length: Length, in unit: Length.Unit) throws -> Double {
    switch (length.unit, unit) {
    case (.px, .px), (.mm, .mm), (.cm, .cm): return length.value
    case (.cm, .mm): return length.value * 10
    case (.mm, .cm): return length.value / 10
    default: throw ArithmeticProblem.pixelsAndMillimeters
    }
  }

  public static var elementType: ValueType { .anything }
  public func elements() throws -> Elements { Elements(try elements(limit: Evaluator.roundLimit)) }

  /// `1px..9px:2px` as one word.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Steps {
    guard !literal.isQuoted, let dots = literal.text.firstRange(of: "..") else { throw .notALiteral }
    var parts = [String(literal.text[..<dots.lowerBound])]
    parts += literal.text[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let values = parts.compactMap { Quantities.literal($0) }
    guard values.count == parts.count, (2...3).contains(values.count) else { throw .notALiteral }
    return Steps(values[0], values[1], step: values.count == 3 ? values[2] : nil)
  }
  public static var literalHint: String? { "a range such as 1px..9px:2px" }

  public static let typeName = "Range"
  public static let typeHelp = "Numbers or quantities from a first to a last value in equal steps."
  public var oneLine: String { first.oneLine + ".." + last.oneLine + (step.map { ":" + $0.oneLine } ?? "") }
  public var literal: String? {
    guard let first = first.literal, let last = last.literal else { return nil }
    guard let step else { return first + ".." + last }
    return step.literal.map { first + ".." + last + ":" + $0 }
  }
}
