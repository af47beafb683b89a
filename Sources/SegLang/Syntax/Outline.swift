/// The statements and comments of a script in order, for tools that read a script rather than run it.
///
/// Statements and comments inside a block belong to the statement that holds the block.
public struct Outline: Sendable {
  /// An entry of the outline.
  public enum Item: Sendable {
    /// A comment without the `#`, its line from 1, and whether it has the line to itself.
    case comment(String, line: Int, isOwnLine: Bool)
    /// One or more empty lines before a comment.
    case gap
    /// A statement at the top level.
    case statement(Statement)
  }

  /// A statement at the top level of a script.
  public struct Statement: Sendable {
    /// Source text of the statement.
    public let text: String
    /// Line on which the statement starts, from 1.
    public let line: Int
    /// Whether it is the version statement, `seglang 1`.
    public let isVersion: Bool
    /// Variable that the statement assigns; nil when there is none.
    public let variable: String?
    /// Name of the command, when the statement is one command and its arguments; nil for assignments and longer pipelines.
    public let command: String?
    /// Arguments of the command as written, without enclosing parentheses or quotes; the name is nil for a positional argument. A bare
    /// `--name` has the text `true`.
    public let arguments: [(name: String?, text: String)]
  }

  /// Statements, comments and gaps in order; empty for an empty text.
  public let items: [Item]

  /// Creates the outline of a syntax tree.
  public init(_ tree: SyntaxTree) {
    var items: [Item] = []
    var statements = tree.statements[...]
    var lineBreaks = 0
    var isInStatement = false
    for token in tree.tokens {
      if let next = statements.first, token.span.start >= next.span.start {
        items.append(.statement(Self.statement(next, in: tree.source)))
        statements.removeFirst()
        isInStatement = true
      }
      let isInside = isInStatement && token.span.start < (Self.last(before: statements, of: tree)?.span.end ?? 0)
      switch token.kind {
      case .newline: lineBreaks += 1
      case .blank: break
      case .comment where !isInside:
        if lineBreaks > 1 { items.append(.gap) }
        let line = tree.source.location(of: token.span.start).line
        let text = tree.source[token.span]
        items.append(.comment(String(text.dropFirst()), line: line, isOwnLine: lineBreaks > 0 || items.isEmpty))
        lineBreaks = 0
      default:
        lineBreaks = 0
      }
    }
    self.items = items
  }

  /// The statement that the walk is in or has just left.
  private static func last(before rest: ArraySlice<SegLang.Statement>, of tree: SyntaxTree) -> SegLang.Statement? {
    let index = tree.statements.count - rest.count - 1
    return tree.statements.indices.contains(index) ? tree.statements[index] : nil
  }

  private static func statement(_ statement: SegLang.Statement, in source: SourceText) -> Statement {
    var variable: String?
    var isVersion = false
    var invocation: Invocation?
    switch statement.kind {
    case .version: isVersion = true
    case .assignment(let name, _, _): variable = name.text
    case .pipeline(let pipeline):
      if pipeline.stages.count == 1, case .invocation(let only) = pipeline.stages[0] { invocation = only }
    default: break
    }
    return Statement(
      text: source[statement.span], line: source.location(of: statement.span.start).line, isVersion: isVersion, variable: variable,
      command: invocation?.name.text,
      arguments: (invocation?.arguments ?? []).map { argument in
        (argument.name?.text, argument.content.map { Self.text(of: $0, in: source) } ?? "true")
      })
  }

  private static func text(of content: ArgumentNode.Content, in source: SourceText) -> String {
    switch content {
    case .word(let word): word.text
    case .text(let text): text.constant ?? source[text.span]
    case .block(let block): source[block.span]
    case .expression(let expression):
      if case .group(let pipeline) = expression.kind { source[pipeline.span] } else { source[expression.span] }
    }
  }
}
