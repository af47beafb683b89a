extension SyntaxTree {
  /// Why a text has no place in a file as its recipe, and the line; nil when it has. A recipe gives names to the values of commands that do nothing but make a
  /// value: no loops or parameters, nothing that writes; functions stand there for the blocks that call them. What else is wrong with it is the checker's business.
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
        if let name = pipeline.effect(registry) { return (line, "calls `\(name)`, which does more than make a value") }
      default: return (line, "is neither a pipeline nor gives a name to one")
      }
    }
    guard let writing else { return nil }
    let bytes = Array(text.utf8)
    let place = bytes.firstRange(of: Array(writing.utf8))?.lowerBound ?? 0
    return (source.location(of: place).line, "calls `\(writing)`, which does more than make a value")
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
