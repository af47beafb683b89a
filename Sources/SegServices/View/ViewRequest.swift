import SegLang

/// What `view` asks for.
public struct ViewRequest: Sendable {
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

/// The desk that the program lends; nil where there is no prompt.
public enum ViewService: ServiceKey {
  public static var fallback: PendingRequest<ViewRequest>? { nil }
}
