import Basics

/// An error or warning at a place in a text: the problem, its span, and a fix when there is one. ``Wording`` holds the texts, ``Renderer``
/// draws them.
public struct Diagnostic: Error, Sendable {
  /// Severity of a diagnostic. A text whose check finds errors does not run.
  public enum Severity: String, Sendable { case error, warning }

  /// What is wrong, with the data of its message.
  public let problem: Problem
  /// Where it is wrong.
  public let span: Span
  /// A second place that explains the problem; nil when there is none.
  public let related: Related?
  /// A replacement that repairs the problem; nil when there is none.
  public let fix: Fix?
  /// The text that the spans refer to; nil when it is unknown.
  public var source: SourceText?

  /// A second place, such as an opening bracket.
  public struct Related: Sendable {
    /// The place.
    public let span: Span
    /// Text after the carets.
    public let label: String
  }

  /// A replacement that repairs the problem.
  public struct Fix: Sendable, Hashable {
    /// The part to replace; empty for an insertion.
    public let span: Span
    /// The new text.
    public let replacement: String
    /// Creates a fix.
    public init(_ span: Span, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  /// Creates a diagnostic.
  public init(_ problem: Problem, at span: Span, related: Related? = nil, fix: Fix? = nil, in source: SourceText? = nil) {
    self.problem = problem
    self.span = span
    self.related = related
    self.fix = fix
    self.source = source
  }

  /// Stable code: `E` for errors or `W` for warnings, and three digits, such as `E204`.
  public var code: String { problem.wording.code }
  /// The message in one line, without a period.
  public var message: String { problem.wording.message }
  /// `.warning` for codes that start with W, else `.error`.
  public var severity: Severity { code.hasPrefix("W") ? .warning : .error }

  /// True if the warning is that the last value of the text is not used. A caller that uses this value, as the row of a case or as JSON, omits it.
  public var concernsUnusedLastValue: Bool {
    guard case .unusedValue = problem, let source else { return false }
    let rest = source[Span(span.end, source.text.utf8.count)]
    return rest.split(separator: "\n").allSatisfy { line in line.first { !$0.isWhitespace }.map { $0 == "#" } ?? true }
  }
}

extension Diagnostic {
  /// The diagnostic as JSON for editors: code, severity, message, file, start and end as line and column from 1, label, notes, suggestions,
  /// and the fix as offsets in UTF-8 bytes.
  public var json: JSON {
    let wording = problem.wording
    var json: JSON = ["code": .string(wording.code), "severity": .string(severity.rawValue), "message": .string(wording.message)]
    if let source {
      json["file"] = source.name.map { .string($0) }
      let (line, column) = source.location(of: span.start)
      let end = source.location(of: span.end)
      json["line"] = .number(Double(line))
      json["column"] = .number(Double(column))
      json["end_line"] = .number(Double(end.line))
      json["end_column"] = .number(Double(end.column))
    }
    if !wording.label.isEmpty { json["label"] = .string(wording.label) }
    if !wording.notes.isEmpty { json["notes"] = .array(wording.notes.map { .string($0) }) }
    if !wording.suggestions.isEmpty { json["suggestions"] = .array(wording.suggestions.map { .string($0) }) }
    if let fix {
      json["fix"] = [
        "start": .number(Double(fix.span.start)), "end": .number(Double(fix.span.end)), "replacement": .string(fix.replacement),
      ]
    }
    return json
  }
}
