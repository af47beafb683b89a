/// A property of a type, read as `value.name`.
public struct Property: Sendable {
  /// Name after the dot.
  public let name: String
  /// One-line description.
  public let help: String
  /// Type of the property's value.
  public let type: ValueType
  private let get: @Sendable (any Value) throws -> (any Value)?

  /// Creates a property: `Property("width", "Width in px.") { (image: GrayImage) in image.size.width }`
  public init<Root: Value, T: Bindable>(_ name: String, _ help: String, _ get: @escaping @Sendable (Root) throws -> T) {
    self.name = name
    self.help = help
    type = T.valueType
    self.get = { value in
      guard let root = value as? Root else { return nil }
      return try get(root).asValue
    }
  }

  /// The property's value; nil when `value` is of another type or the property is empty.
  /// - Throws: What the getter throws.
  public func callAsFunction(_ value: any Value) throws -> (any Value)? { try get(value) }
}

/// A conversion that accepts a value of one type where another type is expected.
public struct Conversion: Sendable {
  /// Type to convert from.
  public let source: ValueType
  /// Type to convert to.
  public let target: ValueType
  /// What the conversion loses, for the warning of a check, such as "their numbers"; nil when it loses nothing.
  public let loss: String?
  private let convert: @Sendable (any Value) throws -> (any Value)?

  /// Creates a conversion: `Conversion { (segmentation: Segmentation) -> Mask in segmentation.opacity }`
  public init<From: Value, To: Value>(losing loss: String? = nil, _ convert: @escaping @Sendable (From) throws -> To) {
    self.loss = loss
    source = From.valueType
    target = To.valueType
    self.convert = { value in try (value as? From).map(convert) }
  }

  func apply(_ value: any Value) throws -> any Value {
    guard let result = try convert(value) else {
      throw BindingProblem.wrongType(expected: source, found: type(of: value).valueType)
    }
    return result
  }
}

/// The operators of expressions.
public enum Operator: String, Sendable, CaseIterable {
  /// Addition, or concatenation of texts and lists.
  case add = "+"
  /// Subtraction, or negation as a prefix.
  case subtract = "-"
  /// Multiplication.
  case multiply = "*"
  /// Division.
  case divide = "/"
  /// Remainder, with the sign of the divisor.
  case remainder = "%"
  /// Power.
  case power = "^"
  /// Less than.
  case less = "<"
  /// Less than or equal to.
  case lessOrEqual = "<="
  /// Greater than.
  case greater = ">"
  /// Greater than or equal to.
  case greaterOrEqual = ">="
  /// Equal to.
  case equal = "=="
  /// Not equal to.
  case notEqual = "!="
  /// Logical operators; on masks, the set operators.
  case and, or, xor, not
  /// Set difference of two masks: `lungs minus heart`.
  case minus
}

/// An operator for operands of two types: one row of a type's operator table.
public struct Operation: Sendable {
  /// The operator.
  public let op: Operator
  /// Left operand's type; nil for a prefix operator.
  public let left: ValueType?
  /// Right operand's type.
  public let right: ValueType
  /// Type of the result.
  public let result: ValueType
  private let body: @Sendable ((any Value)?, any Value, Context) throws -> (any Value)?

  /// Creates a binary operation: `Operation(.greater) { (image: GrayImage, level: Double, context) -> Mask in … }`
  public init<L: Value, R: Value, T: Value>(_ op: Operator, _ body: @escaping @Sendable (L, R, Context) throws -> T) {
    self.op = op
    left = L.valueType
    right = R.valueType
    result = T.valueType
    self.body = { left, right, context in
      guard let left = left as? L, let right = right as? R else { return nil }
      return try body(left, right, context)
    }
  }

  /// Creates a prefix operation: `Operation(prefix: .not) { (mask: Mask, context) -> Mask in … }`
  public init<R: Value, T: Value>(prefix op: Operator, _ body: @escaping @Sendable (R, Context) throws -> T) {
    self.op = op
    left = nil
    right = R.valueType
    result = T.valueType
    self.body = { _, right, context in try (right as? R).map { try body($0, context) } }
  }

  /// Nil when an operand is not of the row's type.
  func apply(_ left: (any Value)?, _ right: any Value, _ context: Context) throws -> (any Value)? {
    try body(left, right, context)
  }
}

extension ClosedRange<Int> {
  /// The range, if it lies within so many places from 0.
  /// - Throws: `ArithmeticProblem.partBeyond`.
  public func checked(count: Int) throws -> Self {
    guard lowerBound >= 0, upperBound < count else { throw ArithmeticProblem.partBeyond(self, count: count) }
    return self
  }
}

/// Support for `value[row, column]`.
public struct Indexing: Sendable {
  /// Number of indices between the brackets.
  public let count: Int
  /// Type of the element.
  public let result: ValueType
  /// Type of a part, `value[first..last, …]`; nil when a value of the type has no parts.
  public let sliceResult: ValueType?
  private let pick: @Sendable (any Value, [Int]) throws -> (any Value)?
  private let slice: @Sendable (any Value, [ClosedRange<Int>]) throws -> (any Value)?

  /// Creates index support: `Indexing(2) { (image: GrayImage, at) -> Double in … }`. `at` holds `count` whole numbers, which the closure must
  /// check against its bounds.
  public init<Root: Value, T: Value>(_ count: Int, _ pick: @escaping @Sendable (Root, [Int]) throws -> T) {
    self.count = count
    result = T.valueType
    sliceResult = nil
    self.pick = { value, indices in try (value as? Root).map { try pick($0, indices) } }
    slice = { _, _ in nil }
  }

  /// Creates index support with parts: `slice` takes `count` ranges of whole numbers, both ends included, which it must check against its bounds.
  public init<Root: Value, T: Value, Part: Value>(
    _ count: Int, _ pick: @escaping @Sendable (Root, [Int]) throws -> T,
    slice: @escaping @Sendable (Root, [ClosedRange<Int>]) throws -> Part
  ) {
    self.count = count
    result = T.valueType
    sliceResult = Part.valueType
    self.pick = { value, indices in try (value as? Root).map { try pick($0, indices) } }
    self.slice = { value, ranges in try (value as? Root).map { try slice($0, ranges) } }
  }

  func apply(_ value: any Value, _ indices: [Int]) throws -> (any Value)? { try pick(value, indices) }
  func apply(_ value: any Value, _ ranges: [ClosedRange<Int>]) throws -> (any Value)? { try slice(value, ranges) }
}
