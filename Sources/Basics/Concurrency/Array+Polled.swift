/// Large arrays filled in parts: fresh memory of a large image takes longer to be touched than Ctrl-C may wait.
extension Array where Element: BitwiseCopyable & Sendable {
  /// As `init(repeating:count:)`, on several threads.
  /// - Throws: `CancellationError`.
  @inlinable
  public init(filledWith value: Element, count: Int) throws {
    self = try Parallel.filled(rows: count, of: 1, grain: 65_536) { _, output in output.initialize(repeating: value)
    }
  }

  /// The same elements in memory of their own, on several threads.
  /// - Throws: `CancellationError`.
  @inlinable
  public init(copying other: [Element]) throws {
    self = try other.withUnsafeBufferPointer { other in
      nonisolated(unsafe) let other = other
      return try Parallel.filled(rows: other.count, of: 1, grain: 65_536) { rows, output in
        _ = output.initialize(from: other[rows])
      }
    }
  }
}

extension Array {
  /// Calls `body` with one stretch of indices after the other, the cancellation polled before each.
  /// - Throws: `CancellationError`.
  @inlinable
  public func inParts(_ body: (Range<Int>) throws -> Void) throws {
    let cancellation = Cancellation.current
    for start in stride(from: 0, to: count, by: 262_144) {
      try cancellation.check()
      try body(start..<Swift.min(count, start + 262_144))
    }
  }
}
