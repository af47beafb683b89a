/// A token that long operations poll, once per band of rows, so that Ctrl-C takes effect within 100 ms.
public struct Cancellation: Sendable {
  @usableFromInline let isCancelled: @Sendable () -> Bool

  @inlinable
  /// Creates a token from a predicate that returns true once the operation should stop. It is called often and from several threads.
  public init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

  /// A token that never cancels.
  public static let never = Cancellation { false }

  /// - Throws: `CancellationError` once the operation is to stop.
  @inlinable
  /// Throws if the operation should stop.
  /// - Throws: `CancellationError`.
  public func check() throws {
    if isCancelled() { throw CancellationError() }
  }
}
