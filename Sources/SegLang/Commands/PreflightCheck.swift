/// Asked before a command or an operator on images starts, with its parameters filled: says why it must not.
public struct PreflightCheck: Sendable {
  let ask: @Sendable (_ command: (any Command)?, _ values: [any Value], _ context: Context) throws -> Void

  /// - Parameter ask: Gets the command (nil for an operator), the values that it was given, its input among them, and what it will see of the world; throws what is wrong.
  public init(_ ask: @escaping @Sendable (_ command: (any Command)?, _ values: [any Value], _ context: Context) throws -> Void) {
    self.ask = ask
  }
}

/// What the program asks of commands; by default nothing.
public enum PreflightService: ServiceKey {
  public static var fallback: PreflightCheck { PreflightCheck { _, _, _ in } }
}
