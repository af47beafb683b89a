/// A value that `for`, `each` and the like go through.
public protocol Sequential: Value {
  static var elementType: ValueType { get }
  /// - Throws: `ArithmeticProblem` for a range without end.
  func elements() throws -> Elements
}

/// The items of a value, made one by one where they are asked for: a folder of pictures is not in memory at once.
public struct Elements: Sendable {
  public let count: Int
  private let make: @Sendable (Int) throws -> any Value
  private let label: @Sendable (Int) -> String?

  /// - Parameters:
  ///   - item: the item at an index of 0 to `count - 1`.
  ///   - name: what messages and tables call the item; nil for one without a name of its own.
  public init(
    count: Int, item: @escaping @Sendable (Int) throws -> any Value, name: @escaping @Sendable (Int) -> String? = { _ in nil }
  ) {
    self.count = max(0, count)
    make = item
    label = name
  }

  public init(_ items: [any Value]) { self.init(count: items.count, item: { items[$0] }) }

  /// - Throws: what making the item throws, such as reading its file.
  public subscript(index: Int) -> any Value { get throws { try make(index) } }

  public func name(of index: Int) -> String? { label(index) }
}
