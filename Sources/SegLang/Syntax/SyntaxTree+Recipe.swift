extension SyntaxTree {
  /// The reason why a text cannot serve as a recipe, with its line from 1; nil when it can.
  ///
  /// A recipe contains only assignments, pipelines and functions, and only commands without side effects. Other errors are left to the
  /// checker.
  public static func refusal(ofRecipe text: String, in registry: Registry) -> (line: Int, reason: String)? {
    let source = SourceText(text)
    var writing: String?
    // The parser asks of every word that may be a command.
    let tree = SyntaxTree(parsing: source) { name in
      guard let signature = registry[name] else { return false }
      if !signature.command.isReplayable { writing = writing ?? name }
      return true
    }
    for statement in tree.statements {
      let line = source.location(of: statement.span.start).line
      switch statement.kind {
      case .version, .invalid, .function: continue
      case .assignment(_, _, let pipeline), .pipeline(let pipeline):
        if let name = pipeline.effect(registry) { return (line, "calls `\(name)`, which has side effects") }
      default: return (line, "is neither a pipeline nor an assignment")
      }
    }
    guard let writing else { return nil }
    let bytes = Array(text.utf8)
    let place = bytes.firstRange(of: Array(writing.utf8))?.lowerBound ?? 0
    return (source.location(of: place).line, "calls `\(writing)`, which has side effects")
  }
}

extension SyntaxTree {
  /// A script without the statements in blocks and functions that only have side effects, such as `save` or `print`. The values of the
  /// blocks stay the same.
  public static func withoutEffects(_ script: String, in registry: Registry) -> String {
    let tree = SyntaxTree(parsing: SourceText(script)) { registry[$0] != nil }
    var cuts: [Span] = []
    func visit(_ pipeline: Pipeline) {
      for stage in pipeline.stages {
        switch stage {
        case .expression(let expression): visit(expression)
        case .invocation(let invocation):
          for argument in invocation.arguments {
            switch argument.content {
            case .block(let block): visit(block, keepsLast: true)
            case .expression(let expression): visit(expression)
            case .word, .text, nil: break
            }
          }
        }
      }
    }
    func visit(_ expression: Expression) {
      for part in expression.parts { visit(part) }
      if case .group(let pipeline) = expression.kind { visit(pipeline) }
    }
    /// - Parameter keepsLast: Whether the last statement is what the block gives.
    func visit(_ block: Block, keepsLast: Bool) {
      for (index, statement) in block.statements.enumerated() {
        let next = index + 1 < block.statements.count ? block.statements[index + 1].span.start : nil
        if statement.isEffect(registry), next != nil || !keepsLast {
          cuts.append(Span(statement.span.start, next ?? statement.span.end))
          continue
        }
        for pipeline in statement.pipelines { visit(pipeline) }
        for inner in statement.blocks { visit(inner, keepsLast: keepsLast && next == nil) }
      }
    }
    for statement in tree.statements {
      for pipeline in statement.pipelines { visit(pipeline) }
      for block in statement.blocks { visit(block, keepsLast: false) }
    }
    var bytes = Array(script.utf8)
    for cut in cuts.sorted(by: { $0.start > $1.start }) { bytes.removeSubrange(cut.start..<min(cut.end, bytes.count)) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Statement {
  fileprivate func isEffect(_ registry: Registry) -> Bool {
    switch kind {
    case .print: true
    case .pipeline(let pipeline): pipeline.effect(registry) != nil
    default: false
    }
  }
}

extension Expression {
  /// The expressions that stand in it, those of texts and pipelines left out.
  fileprivate var parts: [Expression] {
    switch kind {
    case .list(let items): items
    case .record(let fields): fields.map(\.value)
    case .range(let first, let last, let step): [first, last] + (step.map { [$0] } ?? [])
    case .unary(_, let operand), .property(let operand, _): [operand]
    case .binary(_, _, let left, let right): [left, right]
    case .index(let base, let indices): [base] + indices
    case .quantity, .text, .truth, .name, .result, .it, .group, .invalid: []
    }
  }
}

extension Pipeline {
  /// The first command in it that has no place in a recipe.
  fileprivate func effect(_ registry: Registry) -> String? {
    for stage in stages {
      switch stage {
      case .invocation(let invocation):
        if let signature = registry[invocation.name.text], !signature.command.isReplayable { return signature.name }
      case .expression(let expression):
        if case .group(let inner) = expression.kind, let name = inner.effect(registry) { return name }
      }
    }
    return nil
  }
}
