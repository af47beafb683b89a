extension Diagnostic {
  /// Replacements that repair the problem, the most likely first: the fix, or each suggestion in place of what is wrong; empty if none is known.
  public var fixes: [Fix] {
    if let fix { return [fix] }
    guard let source else { return [] }
    let old = source[span]
    return problem.wording.suggestions.compactMap { suggestion in
      switch problem {
      case .unknownUnit(let unit, _):
        guard old.hasSuffix(unit) else { return nil }
        return Fix(Span(span.end - unit.utf8.count, span.end), suggestion)
      case .unknownParameter: return nil
      default: break
      }
      if old.hasPrefix("--") { return Fix(span, "--" + suggestion.replacing("_", with: "-")) }
      if let quote = old.first, quote == "\"" || quote == "'" { return Fix(span, "\(quote)\(suggestion)\(quote)") }
      return Fix(span, suggestion)
    }
  }
}
