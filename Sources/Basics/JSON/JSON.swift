/// A JSON value whose objects keep the order of their keys, for headers of weight files, training logs and evaluations.
public enum JSON: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSON])
  /// An object; its members in order.
  case object([Member])

  /// A key and its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: JSON
    /// Creates a member.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The value of the first member with this key; nil for other keys and for values that are not objects.
  public subscript(key: String) -> JSON? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key == key }?.value
    }
    set {
      guard case .object(var members) = self else { return }
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// The string; nil for other values.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The number; nil for other values.
  public var numberValue: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  /// The number as an integer; nil unless a `Double` holds it exactly.
  public var integerValue: Int? {
    guard let number = numberValue, abs(number) <= 9_007_199_254_740_992 else { return nil }
    return Int(exactly: number)
  }

  /// The elements of an array; nil for other values.
  public var arrayValue: [JSON]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The numbers of an array that holds only numbers; nil for other values.
  public var numbersValue: [Double]? {
    guard let values = arrayValue else { return nil }
    let numbers = values.compactMap(\.numberValue)
    return numbers.count == values.count ? numbers : nil
  }

  /// How many numbers are not finite, and so are written as `null`.
  public var notFiniteCount: Int {
    switch self {
    case .number(let value): value.isFinite ? 0 : 1
    case .array(let values): values.reduce(0) { $0 + $1.notFiniteCount }
    case .object(let members): members.reduce(0) { $0 + $1.value.notFiniteCount }
    case .null, .bool, .string: 0
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  /// Creates a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Creates a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Creates a number from an integer.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// Creates a Boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// Creates an array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Creates an object; duplicate keys are kept.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
}
