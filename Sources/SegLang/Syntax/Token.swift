/// A token: a span of source text and its kind. The tokens of a tree, joined in order, are the text, byte for byte.
public struct Token: Sendable, Hashable {
  /// The kind of a token.
  public enum Kind: Sendable, Hashable {
    /// Trivia: blanks, a line break, a comment without its line break.
    case blank, newline, comment
    /// Words, numbers and text. A `word` is a bare argument, a `number` includes its unit, and `text` is a piece of quoted text.
    case keyword, identifier, commandName, optionName, word, number, text
    /// Brackets and separators, and operators.
    case symbol, op
    /// Text that the parser skipped after an error.
    case unexpected
  }
  /// The kind of the token.
  public let kind: Kind
  /// The bytes of the token in the source text.
  public let span: Span

  /// Whether the token is a blank, a line break or a comment.
  public var isTrivia: Bool { kind == .blank || kind == .newline || kind == .comment }
}

/// Reserved words of the grammar, which cannot name variables or commands.
public enum Keyword: String, Sendable, CaseIterable {
  /// The words, spelled as in the language.
  case and, `as`, assert, `break`, `catch`, `continue`, `else`, expect, `false`, fn, `for`, `if`, `in`, it, log, minus, not, or, param,
    print, `return`, seglang,
    `true`, `try`,
    use, `while`, xor
}
