/// A value that `for` and `each` iterate over.
public protocol Sequential: Value {
  /// Type of the items.
  static var elementType: ValueType { get }
  /// The items, made on demand.
  /// - Throws: An error when the items cannot be determined, such as `ArithmeticProblem` for a range that is too long.
  func elements() throws -> Elements
}

/// The items of a value, made one at a time on demand, so that a folder of images is never in memory at once.
public struct Elements: Sendable {
  /// Number of items.
  public let count: Int
  private let make: @Sendable (Int) throws -> any Value
  private let label: @Sendable (Int) -> String?
  private let origin: @Sendable (Int, any Value) -> Step?

  /// Creates a sequence of items that are made on demand.
  ///
  /// - Parameters:
  ///   - count: Number of items; a negative number counts as 0.
  ///   - item: Makes the item at an index from 0 to `count - 1`.
  ///   - name: Name of an item in messages and tables; nil when it has none.
  ///   - origin: The step that makes an item by itself; nil records it as an item of the whole value.
  public init(
    count: Int, item: @escaping @Sendable (Int) throws -> any Value, name: @escaping @Sendable (Int) -> String? = { _ in nil },
    origin: @escaping @Sendable (Int, any Value) -> Step? = { _, _ in nil }
  ) {
    self.count = max(0, count)
    make = item
    label = name
    self.origin = origin
  }

  /// Creates a sequence of values that are already in memory.
  public init(_ items: [any Value]) { self.init(count: items.count, item: { items[$0] }) }

  /// Makes the item at an index from 0 to `count - 1`.
  /// - Throws: What making the item throws, such as an error of reading its file.
  public subscript(index: Int) -> any Value { get throws { try make(index) } }

  /// Name of an item in messages and tables; nil when it has none.
  public func name(of index: Int) -> String? { label(index) }

  /// Makes an item together with its step in the lineage.
  /// - Parameter step: Step that made the whole value.
  /// - Throws: What making the item throws.
  public func traced(_ index: Int, of step: Step?) throws -> Traced {
    let item = try self[index]
    return origin(index, item).map { Traced(item, step: $0) } ?? Traced(item, itemOf: step, at: index)
  }
}
