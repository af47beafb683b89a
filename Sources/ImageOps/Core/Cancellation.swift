/// A token that long operations poll, once per band of rows, so that Ctrl-C is answered within 100 ms.
public struct Cancellation: Sendable {
  private let isCancelled: @Sendable () -> Bool

  public init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

  /// Never canceled.
  public static let never = Cancellation { false }

  /// - Throws: `CancellationError` once the operation is to stop.
  public func check() throws {
    if isCancelled() { throw CancellationError() }
  }
}
