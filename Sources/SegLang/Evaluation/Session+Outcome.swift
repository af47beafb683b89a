extension Session {
  /// A result that a statement ended in.
  public struct Result: Sendable {
    /// 7 for `_7`; 0 in a script, whose results have no numbers.
    public let number: Int
    /// The variable it was given to.
    public let name: String?
    public let value: any Value
    /// What was told while the line still ran, since that may take a while for a large image.
    var told: Evaluator.Description?
    public var oneLine: String { told?.oneLine ?? value.oneLine }
    /// What stands below the one line.
    public var details: [String] { told?.details ?? value.details }
    /// A small drawing of it, for a terminal; see `Host.illustrate`.
    public var picture: String? { told?.picture }
    public var typeName: String { Swift.type(of: value).typeName }
    public var isImageLike: Bool { Swift.type(of: value).isImageLike }
    /// "mask = _7 Mask 867,630 px"
    public var line: String { (name.map { "\($0) = " } ?? "") + (number > 0 ? "_\(number) " : "") + "\(typeName) \(oneLine)" }
  }

  /// What became of a text.
  public struct Outcome: Sendable {
    /// How many cases of a batch failed while the others went on; each is a warning among the diagnostics.
    public var casesLeftOut = 0
    /// Empty of errors when everything ran.
    public let diagnostics: [Diagnostic]
    public let results: [Result]
    /// The value of the last statement that has one.
    public var last: (any Value)? { results.last?.value }
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
    public var wasCancelled: Bool { diagnostics.contains { $0.problem == .cancelled } }
    /// Whether nothing ran because the text did not pass the check.
    public let failedCheck: Bool
    /// What `expect` statements found, when `testsExpectations` is on.
    public var expectationsMet = 0
    public var unmetExpectations: [Diagnostic] = []
  }
}
