/// A lossless syntax tree: its tokens cover every byte of the source text, and its diagnostics list the syntax errors.
public struct SyntaxTree: Sendable {
  /// The source text.
  public let source: SourceText
  /// All tokens in order, blanks and comments included.
  public let tokens: [Token]
  let statements: [Statement]
  /// Syntax errors, at most one per statement.
  public let diagnostics: [Diagnostic]
  /// Whether the text ends inside a bracket or after a `|`, so that a prompt should read another line.
  public let isIncomplete: Bool
  /// Where blocks stand as arguments, in the order of their closing brackets.
  let argumentBlocks: [Span]
  /// The modules that the text uses.
  let modules: Modules

  /// Parses a text. Never fails: `diagnostics` lists what cannot be parsed, at most one problem per statement.
  ///
  /// - Parameter isCommand: Whether a name is a command, which decides how the rest of its line is parsed.
  /// - Complexity: O(length).
  public init(parsing source: SourceText, isCommand: @escaping (String) -> Bool) {
    self.init(parsing: source, modules: .none, isCommand: isCommand)
  }

  init(parsing source: SourceText, modules: Modules, isCommand: @escaping (String) -> Bool) {
    self = Parser.parse(source, modules: modules, isCommand: isCommand)
  }

  init(
    source: SourceText, tokens: [Token], statements: [Statement], diagnostics: [Diagnostic], isIncomplete: Bool, argumentBlocks: [Span],
    modules: Modules
  ) {
    self.source = source
    self.tokens = tokens
    self.statements = statements
    self.diagnostics = diagnostics
    self.isIncomplete = isIncomplete
    self.argumentBlocks = argumentBlocks
    self.modules = modules
  }

  /// The source text, joined from the tokens.
  public var text: String { tokens.map { source[$0.span] }.joined() }
}

/// A name and where it stands.
struct Name: Sendable, Hashable {
  let text: String
  let span: Span
}

/// `{ statements }`: the body of a statement, or an argument.
struct Block: Sendable {
  let statements: [Statement]
  let span: Span
  /// See `Expression.height`.
  let height: Int

  init(statements: [Statement], span: Span) {
    self.statements = statements
    self.span = span
    height = statements.reduce(0) { max($0, $1.height) }
  }
}

struct Statement: Sendable {
  let kind: Kind
  let span: Span

  indirect enum Kind: Sendable {
    /// `seglang 1`
    case version(Int?)
    /// `name = pipeline`, or `name := pipeline`
    case assignment(Name, isReassignment: Bool, Pipeline)
    case pipeline(Pipeline)
    case conditional([(condition: Pipeline, body: Block)], otherwise: Block?)
    case loop(Name, over: Pipeline, Block)
    case whileLoop(Pipeline, Block)
    case function(FunctionDeclaration)
    case `return`(Pipeline?)
    /// `break`, or `continue`, which ends this round alone
    case leave(endsLoop: Bool)
    case parameter(ParameterStatement)
    /// `print pipeline`, or `log pipeline`
    case print(Pipeline, isLog: Bool)
    /// `assert pipeline`, or `expect pipeline`, which only a test looks at
    case assertion(Pipeline, isExpectation: Bool)
    /// `try { … } catch name { … }`
    case attempt(Block, Name, Block)
    /// `use "zones.seg" as z`, with the path as the quotes hold it
    case use(Name, as: Name)
    /// What could not be understood; a diagnostic says why.
    case invalid
  }
}

extension Statement {
  /// The pipelines that stand in the statement itself.
  var pipelines: [Pipeline] {
    switch kind {
    case .assignment(_, _, let pipeline), .pipeline(let pipeline), .print(let pipeline, _), .assertion(let pipeline, _): [pipeline]
    case .loop(_, let pipeline, _), .whileLoop(let pipeline, _): [pipeline]
    case .conditional(let branches, _): branches.map(\.condition)
    case .return(let pipeline): pipeline.map { [$0] } ?? []
    case .version, .function, .leave, .parameter, .attempt, .use, .invalid: []
    }
  }

  fileprivate var height: Int {
    1 + max(pipelines.reduce(0) { max($0, $1.height) }, blocks.reduce(0) { max($0, $1.height) })
  }

  var blocks: [Block] {
    switch kind {
    case .conditional(let branches, let otherwise): branches.map(\.body) + (otherwise.map { [$0] } ?? [])
    case .loop(_, _, let body), .whileLoop(_, let body): [body]
    case .function(let declaration): [declaration.body]
    case .attempt(let body, _, let handler): [body, handler]
    default: []
    }
  }

  /// Commands that its own pipelines and those of its blocks call; what stands in expressions is left out.
  var invocations: [Invocation] {
    let own = pipelines.flatMap(\.stages).compactMap { stage in
      if case .invocation(let invocation) = stage { invocation } else { nil }
    }
    let arguments = own.flatMap(\.arguments).flatMap { argument in
      if case .block(let block) = argument.content { block.statements } else { [Statement]() }
    }
    return own + (arguments + blocks.flatMap(\.statements)).flatMap(\.invocations)
  }
}

/// `fn name(a, b: Length = 3px) { … }`
struct FunctionDeclaration: Sendable {
  let name: Name
  let parameters: [Parameter]
  let body: Block
  /// From `fn` to the closing brace.
  let span: Span

  struct Parameter: Sendable {
    let name: Name
    let type: Name?
    let standard: ArgumentNode.Content?
  }
}

/// `param radius: Length = 2mm in 0.5mm..10mm "opening radius"`
struct ParameterStatement: Sendable {
  let name: Name
  let type: Name?
  let standard: ArgumentNode.Content?
  let range: (low: Name, high: Name)?
  let help: TextLiteral?
}

/// `source | stage | stage`
struct Pipeline: Sendable {
  let stages: [Stage]
  let span: Span
  /// See `Expression.height`.
  let height: Int

  init(stages: [Stage], span: Span) {
    self.stages = stages
    self.span = span
    height = stages.reduce(0) { max($0, $1.height) }
  }

  /// The expression, when the pipeline is nothing else.
  var soleExpression: Expression? {
    guard stages.count == 1, case .expression(let expression) = stages[0] else { return nil }
    return expression
  }
}

enum Stage: Sendable {
  case expression(Expression)
  case invocation(Invocation)

  var span: Span {
    switch self {
    case .expression(let expression): expression.span
    case .invocation(let invocation): invocation.span
    }
  }
}

/// `name arguments`
struct Invocation: Sendable {
  let name: Name
  let arguments: [ArgumentNode]
  let span: Span
  let site = CallSite()
}

struct ArgumentNode: Sendable {
  /// Nil for a positional argument.
  let name: Name?
  /// Whether it was written `--name`.
  let isDashed: Bool
  /// Nil for `--name` alone.
  let content: Content?
  let span: Span

  enum Content: Sendable {
    /// A bare word; the slot's type says what it is.
    case word(Name)
    case text(TextLiteral)
    case expression(Expression)
    case block(Block)

    var span: Span {
      switch self {
      case .word(let word): word.span
      case .text(let text): text.span
      case .expression(let expression): expression.span
      case .block(let block): block.span
      }
    }
  }
}

/// Text in quotes, with expressions in braces.
struct TextLiteral: Sendable {
  let segments: [Segment]
  let span: Span
  let isRaw: Bool

  enum Segment: Sendable {
    /// Characters, escapes resolved.
    case characters(String)
    /// `{pipeline}` or `{pipeline:.2}`, with the number of decimals.
    case value(Pipeline, decimals: Int?)
  }

  /// The text when nothing in it has to be evaluated.
  var constant: String? {
    var result = ""
    for segment in segments {
      guard case .characters(let text) = segment else { return nil }
      result += text
    }
    return result
  }
}
