/// A word that names a value: `lungs`, `seg.opacity`, `_7`, `it`.
enum Reference {
  /// The expression that the word is; nil when it is no reference.
  static func expression(_ word: Name) -> Expression? {
    var start = word.span.start
    var result: Expression?
    for part in word.text.split(separator: ".", omittingEmptySubsequences: false) {
      let text = String(part)
      let span = Span(start, start + text.utf8.count)
      start = span.end + 1
      let bytes = Array(text.utf8)
      guard let first = bytes.first, !(first >= 48 && first <= 57),
        text.unicodeScalars.allSatisfy({ $0 == "_" || $0.properties.isXIDContinue })
      else { return nil }
      if let base = result {
        result = Expression(kind: .property(base, Name(text: text, span: span)), span: base.span.union(span))
      } else if text == "it" {
        result = Expression(kind: .it, span: span)
      } else if let number = ResultName.number(of: text) {
        result = Expression(kind: .result(number), span: span)
      } else if Keyword(rawValue: text) != nil {
        return nil
      } else {
        result = Expression(kind: .name(text), span: span)
      }
    }
    return result
  }

  /// The variable at the start of the word; nil when it starts with a result or `it`.
  static func root(of text: String) -> String? {
    let root = String(text.prefix { $0 != "." })
    return root == "it" || ResultName.number(of: root) != nil ? nil : root
  }
}
