internal import Platform

/// A token that long operations poll, once per band of rows, so that Ctrl-C takes effect within 100 ms.
///
/// Whoever starts work sets its token: `Cancellation.polling(token) { … }`. Operations have no parameter for it. ``Parallel`` reads the current token
/// once per call and hands it on to its workers; a loop outside ``Parallel`` reads ``current`` once and polls that.
public struct Cancellation: Sendable {
  @usableFromInline let isCancelled: @Sendable () -> Bool

  /// Creates a token from a predicate that returns true once the operation should stop. It is called often and from several threads.
  @inlinable
  public init(_ isCancelled: @escaping @Sendable () -> Bool) { self.isCancelled = isCancelled }

  /// A token that never cancels.
  public static let never = Cancellation { false }

  @TaskLocal private static var token = Cancellation.never

  /// The token of the work that this thread does. A thread that is started by hand begins with ``never``. Default: ``never``.
  public static var current: Cancellation { token }

  /// Runs `body`, whose operations poll `token` instead of the current one; ``never`` shields what must not stop halfway.
  /// - Throws: What `body` throws.
  public static func polling<T>(_ token: Cancellation, _ body: () throws -> T) rethrows -> T {
    try $token.withValue(token, operation: body)
  }

  /// Throws if the operation should stop.
  /// - Throws: `CancellationError`.
  @inlinable
  public func check() throws {
    if isCancelled() { throw CancellationError() }
  }

  /// Waits, polling about 50 times per second.
  /// - Throws: `CancellationError`.
  package func sleep(_ seconds: Double) throws {
    for _ in 0..<Int(seconds / 0.02) {
      try check()
      usleep(20_000)
    }
  }
}
