/// A check that can refuse a command or an image operator before it runs, after its parameters have been filled.
public struct PreflightCheck: Sendable {
  let ask: @Sendable (_ command: (any Command)?, _ values: [any Value], _ context: Context) throws -> Void

  /// Creates a check.
  /// - Parameter ask: Receives the command (nil for an operator), its values, the input among them, and its context; throws the reason for
  ///   a refusal.
  public init(_ ask: @escaping @Sendable (_ command: (any Command)?, _ values: [any Value], _ context: Context) throws -> Void) {
    self.ask = ask
  }
}

/// Service key of the program's preflight check.
public enum PreflightService: ServiceKey {
  /// A check that refuses nothing.
  public static var fallback: PreflightCheck { PreflightCheck { _, _, _ in } }
}
