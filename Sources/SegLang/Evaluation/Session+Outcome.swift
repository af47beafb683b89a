extension Session {
  /// The result of a statement.
  public struct Result: Sendable {
    /// Number of the result, 7 for `_7`; 0 in a script, whose results have no numbers.
    public let number: Int
    /// Variable that the result was assigned to; nil when there is none.
    public let name: String?
    /// The value.
    public let value: any Value
    /// What was told while the line still ran, since that may take a while for a large image.
    var told: Evaluator.Description?
    /// The value in one line, without its type's name.
    public var oneLine: String { told?.oneLine ?? value.oneLine }
    /// Lines shown below `oneLine`; empty for most values.
    public var details: [String] { told?.details ?? value.details }
    /// A small drawing for a terminal; nil when there is none. See `Host.illustrate`.
    public var thumbnail: String? { told?.thumbnail }
    /// Type of the value in the language.
    public var typeName: String { Swift.type(of: value).typeName }
    /// Whether the value is displayed as an image.
    public var isImageLike: Bool { Swift.type(of: value).isImageLike }
    /// The result as the prompt shows it: "mask = _7 Mask 867,630 px".
    public var line: String { (name.map { "\($0) = " } ?? "") + (number > 0 ? "_\(number) " : "") + "\(typeName) \(oneLine)" }
  }

  /// The outcome of executing a text.
  public struct Outcome: Sendable {
    /// Number of batch cases that failed while the others continued; each is a warning in `diagnostics`.
    public var casesLeftOut = 0
    /// Errors and warnings; no errors when everything ran.
    public let diagnostics: [Diagnostic]
    /// Results of the top-level statements in order; in a script only the last one. Empty after an error.
    public let results: [Result]
    /// The value of the last result; nil when there is none.
    public var last: (any Value)? { results.last?.value }
    /// Whether the text has errors or failed.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
    /// Whether the user or a limit stopped the run.
    public var wasCancelled: Bool { diagnostics.contains { $0.problem == .cancelled } }
    /// Whether nothing ran because the check found errors.
    public let failedCheck: Bool
    /// Number of `expect` statements that were true; 0 unless `testsExpectations` is on.
    public var expectationsMet = 0
    /// The `expect` statements that were false; empty unless `testsExpectations` is on.
    public var unmetExpectations: [Diagnostic] = []
  }
}
