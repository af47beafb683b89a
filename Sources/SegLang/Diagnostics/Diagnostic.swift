/// Something wrong at a place: the problem, where it is, and a change that mends it. Wording and drawing are elsewhere.
public struct Diagnostic: Error, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public let problem: Problem
  public let span: Span
  /// A second place that matters, with what to say there.
  public let related: Related?
  public let fix: Fix?
  /// The text the spans are of.
  public var source: SourceText?

  public struct Related: Sendable {
    public let span: Span
    public let label: String
  }

  /// A replacement that mends the problem.
  public struct Fix: Sendable, Hashable {
    public let span: Span
    public let replacement: String
    public init(_ span: Span, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  public init(_ problem: Problem, at span: Span, related: Related? = nil, fix: Fix? = nil, in source: SourceText? = nil) {
    self.problem = problem
    self.span = span
    self.related = related
    self.fix = fix
    self.source = source
  }

  public var code: String { problem.wording.code }
  public var message: String { problem.wording.message }
  public var severity: Severity { code.hasPrefix("W") ? .warning : .error }
}

extension Diagnostic {
  /// For editors: code, severity, message, file, line and column from 1, length in bytes, notes and fix.
  public var json: JSONValue {
    let wording = problem.wording
    var fields: [(String, JSONValue)] = [
      ("code", .string(wording.code)), ("severity", .string(severity.rawValue)), ("message", .string(wording.message)),
    ]
    if let source {
      if let name = source.name { fields.append(("file", .string(name))) }
      let (line, column) = source.location(of: span.start)
      let end = source.location(of: span.end)
      fields += [
        ("line", .number(Double(line))), ("column", .number(Double(column))), ("end_line", .number(Double(end.line))),
        ("end_column", .number(Double(end.column))),
      ]
    }
    if !wording.label.isEmpty { fields.append(("label", .string(wording.label))) }
    if !wording.notes.isEmpty { fields.append(("notes", .array(wording.notes.map { .string($0) }))) }
    if !wording.suggestions.isEmpty { fields.append(("suggestions", .array(wording.suggestions.map { .string($0) }))) }
    if let fix {
      fields.append(
        (
          "fix",
          .object([
            ("start", .number(Double(fix.span.start))), ("end", .number(Double(fix.span.end))), ("replacement", .string(fix.replacement)),
          ])
        ))
    }
    return .object(fields)
  }
}
