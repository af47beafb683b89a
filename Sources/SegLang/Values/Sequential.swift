/// A value that `for`, `each` and the like go through.
public protocol Sequential: Value {
  static var elementType: ValueType { get }
  /// - Throws: `ArithmeticProblem` for a range without end.
  func elements() throws -> Elements
}

/// The items of a value, made one by one where they are asked for: a folder of images is not in memory at once.
public struct Elements: Sendable {
  public let count: Int
  private let make: @Sendable (Int) throws -> any Value
  private let label: @Sendable (Int) -> String?
  private let origin: @Sendable (Int, any Value) -> Step?

  /// - Parameters:
  ///   - item: the item at an index of 0 to `count - 1`.
  ///   - name: what messages and tables call the item; nil for one without a name of its own.
  ///   - origin: the line that makes the item alone; nil: it is an item of the whole.
  public init(
    count: Int, item: @escaping @Sendable (Int) throws -> any Value, name: @escaping @Sendable (Int) -> String? = { _ in nil },
    origin: @escaping @Sendable (Int, any Value) -> Step? = { _, _ in nil }
  ) {
    self.count = max(0, count)
    make = item
    label = name
    self.origin = origin
  }

  public init(_ items: [any Value]) { self.init(count: items.count, item: { items[$0] }) }

  /// - Throws: what making the item throws, such as reading its file.
  public subscript(index: Int) -> any Value { get throws { try make(index) } }

  public func name(of index: Int) -> String? { label(index) }

  /// An item and the step that it comes from.
  /// - Parameter step: That of the whole.
  /// - Throws: what making the item throws.
  public func traced(_ index: Int, of step: Step?) throws -> Traced {
    let item = try self[index]
    return origin(index, item).map { Traced(item, step: $0) } ?? Traced(item, itemOf: step, at: index)
  }
}
