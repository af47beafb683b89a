extension StringProtocol {
  /// The text without blanks and line feeds at its end.
  public func trimmingEnd() -> String { String(reversed().drop { $0.isWhitespace }.reversed()) }

  /// The text without blanks and line feeds at either end.
  public func trimmed() -> String { drop { $0.isWhitespace }.trimmingEnd() }
}
