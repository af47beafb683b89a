import Synchronization

/// The last request that a command left for the program, which acts on it once the line is over.
public final class PendingRequest<Request: Sendable>: Sendable {
  private let request = Mutex<Request?>(nil)

  public init() {}

  package func ask(_ wanted: Request) { request.withLock { $0 = wanted } }

  /// What was asked for since the last time.
  public func take() -> Request? {
    request.withLock { request in
      defer { request = nil }
      return request
    }
  }
}
