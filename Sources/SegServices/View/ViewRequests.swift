import SegLang
import Synchronization

/// What `view` and the program share: the command leaves here what it asks for, and the program acts on it once the line is over.
public final class ViewRequests: Sendable {
  public struct Request: Sendable {
    public let opensBrowser: Bool
    public let port: UInt16?
    /// The step of an earlier image to hold against what is looked at.
    public let prior: Step?

    package init(opensBrowser: Bool, port: UInt16?, prior: Step?) {
      self.opensBrowser = opensBrowser
      self.port = port
      self.prior = prior
    }
  }
  private let request = Mutex<Request?>(nil)

  public init() {}

  package func ask(_ wanted: Request) { request.withLock { $0 = wanted } }

  /// What was asked for since the last time.
  public func takeRequest() -> Request? {
    request.withLock { request in
      defer { request = nil }
      return request
    }
  }
}

/// The desk that the program lends; nil where there is no prompt.
public enum ViewService: ServiceKey {
  public static var fallback: ViewRequests? { nil }
}
