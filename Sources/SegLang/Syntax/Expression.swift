/// An expression and where it stands.
struct Expression: Sendable {
  let kind: Kind
  let span: Span
  /// Levels of expressions below this one. The parser bounds it, so that walking a tree cannot exhaust the stack.
  let height: Int

  init(kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
    height = kind.height
  }

  indirect enum Kind: Sendable {
    /// A number with its unit: `3`, `2mm`, `40%`, `p99`.
    case quantity(String)
    case text(TextLiteral)
    case truth(Bool)
    case name(String)
    /// `_7`
    case result(Int)
    case it
    case list([Expression])
    case record([(name: Name, value: Expression)])
    case range(Expression, Expression, step: Expression?)
    case unary(Operator, Expression)
    case binary(Operator, Name, Expression, Expression)
    case property(Expression, Name)
    case index(Expression, [Expression])
    /// `(pipeline)`
    case group(Pipeline)
    /// What could not be understood; a diagnostic says why.
    case invalid
  }
}

extension Expression.Kind {
  fileprivate var height: Int {
    switch self {
    case .quantity, .truth, .name, .result, .it, .invalid: 0
    case .text(let text): text.height + 1
    case .list(let items): items.reduce(0) { max($0, $1.height) } + 1
    case .record(let fields): fields.reduce(0) { max($0, $1.value.height) } + 1
    case .range(let first, let last, let step): max(first.height, last.height, step?.height ?? 0) + 1
    case .unary(_, let operand), .property(let operand, _): operand.height + 1
    case .binary(_, _, let left, let right): max(left.height, right.height) + 1
    case .index(let base, let indices): indices.reduce(base.height) { max($0, $1.height) } + 1
    case .group(let pipeline): pipeline.height + 1
    }
  }
}

extension TextLiteral {
  fileprivate var height: Int {
    segments.reduce(0) { height, segment in
      if case .value(let pipeline, _) = segment { max(height, pipeline.height) } else { height }
    }
  }
}

extension Stage {
  var height: Int {
    switch self {
    case .expression(let expression): expression.height
    case .invocation(let invocation):
      invocation.arguments.reduce(0) { height, argument in
        switch argument.content {
        case .expression(let expression): max(height, expression.height)
        case .text(let text): max(height, text.height + 1)
        case .block(let block): max(height, block.height + 1)
        case .word, nil: height
        }
      }
    }
  }
}
