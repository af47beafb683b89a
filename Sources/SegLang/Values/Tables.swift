/// A property that `value.name` reaches.
public struct Property: Sendable {
  public let name: String
  public let help: String
  public let type: ValueType
  private let get: @Sendable (any Value) throws -> (any Value)?

  /// `Property("width", "Width in px.") { (image: GrayImage) in image.size.width }`
  public init<Root: Value, T: Bindable>(_ name: String, _ help: String, _ get: @escaping @Sendable (Root) throws -> T) {
    self.name = name
    self.help = help
    type = T.valueType
    self.get = { value in
      guard let root = value as? Root else { return nil }
      return try get(root).asValue
    }
  }

  /// The property's value; nil when the value is of another type or the property is empty.
  public func callAsFunction(_ value: any Value) throws -> (any Value)? { try get(value) }
}

/// A way to accept a value of one type where another is wanted.
public struct Conversion: Sendable {
  public let source: ValueType
  public let target: ValueType
  /// What does not survive: "their numbers". A check of a file tells it where the value is a command's input.
  public let loss: String?
  private let convert: @Sendable (any Value) throws -> (any Value)?

  /// `Conversion { (segmentation: Segmentation) -> Mask in segmentation.opacity }`
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
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "^"
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
  case and, or, xor, not
  /// Set difference of two masks: `lungs minus heart`.
  case minus
}

/// One row of a type's operator table.
public struct Operation: Sendable {
  public let op: Operator
  /// Left operand's type; nil for a prefix operator.
  public let left: ValueType?
  public let right: ValueType
  public let result: ValueType
  private let body: @Sendable ((any Value)?, any Value, Context) throws -> (any Value)?

  /// `Operation(.greater) { (image: GrayImage, level: Double, context) -> Mask in … }`
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

  /// A prefix operator: `Operation(.not) { (mask: Mask, context) -> Mask in … }`
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

/// What `value[row, column]` picks.
public struct Indexing: Sendable {
  /// Number of indices, each a whole number from 0.
  public let count: Int
  public let result: ValueType
  private let pick: @Sendable (any Value, [Int]) throws -> (any Value)?

  /// `Indexing(2) { (image: GrayImage, at) -> Double in … }`; `at` holds as many numbers as there are indices.
  public init<Root: Value, T: Value>(_ count: Int, _ pick: @escaping @Sendable (Root, [Int]) throws -> T) {
    self.count = count
    result = T.valueType
    self.pick = { value, indices in try (value as? Root).map { try pick($0, indices) } }
  }

  func apply(_ value: any Value, _ indices: [Int]) throws -> (any Value)? { try pick(value, indices) }
}
