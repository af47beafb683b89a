/// A piece of source text. The tokens of a tree, one after the other, are the text, byte for byte.
public struct Token: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case blank, newline, comment
    case keyword, identifier, commandName, optionName, word, number, text
    case symbol, op
    /// What the parser stepped over after an error.
    case unexpected
  }
  public let kind: Kind
  public let span: Span

  public var isTrivia: Bool { kind == .blank || kind == .newline || kind == .comment }
}

/// Words that are part of the grammar and name neither variables nor commands.
public enum Keyword: String, Sendable, CaseIterable {
  case and, `as`, assert, `catch`, `else`, expect, `false`, fn, `for`, `if`, `in`, it, log, minus, not, or, param, print, `return`, seglang,
    `true`, `try`,
    use, `while`, xor
}
