/// What is right in a script but unlikely to be meant: values that nothing uses, lengths in mm on images without a scale. All are warnings.
struct Lints {
  private let tree: SyntaxTree
  private let registry: Registry
  private let uses: [Checker.NameUse]
  private(set) var diagnostics: [Diagnostic] = []
  private var withoutSpacing = Set<String>()

  init(tree: SyntaxTree, registry: Registry, uses: [Checker.NameUse]) {
    self.tree = tree
    self.registry = registry
    self.uses = uses.filter { $0.kind == .variable }
    guard !tree.statements.isEmpty else { return }
    if case .version = tree.statements[0].kind {
    } else {
      report(.missingVersion, Span(at: 0), fix: Diagnostic.Fix(Span(at: 0), "seglang 1\n"))
    }
    findUnused()
    findLengths(tree.statements)
  }

  private mutating func report(_ problem: Problem, _ span: Span, fix: Diagnostic.Fix? = nil) {
    diagnostics.append(Diagnostic(problem, at: span, fix: fix, in: tree.source))
  }

  // MARK: Values that nothing uses

  private mutating func findUnused() {
    let last = tree.statements.last
    let hasFunctions = tree.statements.contains { if case .function = $0.kind { true } else { false } }
    let showsSomething = tree.statements.contains { hasEffect($0) }
    // Functions and constants alone are a module, for others to use.
    if hasFunctions && !showsSomething {
      return findUnused(in: tree.statements.filter { if case .function = $0.kind { true } else { false } })
    }
    if !showsSomething, let last { report(.noEffect, Span(last.span.start, last.span.end)) }
    // The value of the last line is what `run --json` prints.
    var counted = tree.statements
    if case .assignment = last?.kind { counted.removeLast() }
    findUnused(in: counted)
  }

  private mutating func findUnused(in statements: [Statement]) {
    var assignments: [(name: Name, span: Span)] = []
    func collect(_ statements: [Statement]) {
      for statement in statements {
        switch statement.kind {
        case .assignment(let name, _, _): assignments.append((name, statement.span))
        case .parameter(let parameter): assignments.append((parameter.name, parameter.name.span))
        default: break
        }
        for block in statement.blocks { collect(block.statements) }
      }
    }
    collect(statements)
    let byName = Dictionary(grouping: assignments) { $0.name.text }
    let usesByName = Dictionary(grouping: uses) { $0.name }
    for (name, places) in byName.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("_") && !name.isEmpty {
      // A use in an assignment to the same name, as in `n := n + 1`, is none.
      let isUsed = usesByName[name, default: []].contains { use in !places.contains { $0.span.contains(use.span.start) } }
      if !isUsed, let first = places.first { report(.unusedVariable(name), first.name.span) }
    }
  }

  private func hasEffect(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .print, .assertion: true
    case .pipeline(let pipeline): isEffect(pipeline)
    case .function: false
    default: statement.blocks.contains { block in block.statements.contains { hasEffect($0) } }
    }
  }

  /// Whether the pipeline ends in a command that gives nothing, or in one that may have a block with an effect.
  private func isEffect(_ pipeline: Pipeline) -> Bool {
    guard case .invocation(let invocation) = pipeline.stages.last, let signature = registry[invocation.name.text] else { return true }
    return signature.command.declaredOutputType == .nothing
      || invocation.arguments.contains {
        if case .block(let block) = $0.content { block.statements.contains { hasEffect($0) } } else { false }
      }
  }

  // MARK: Lengths on images without a scale

  private mutating func findLengths(_ statements: [Statement]) {
    for statement in statements {
      for pipeline in statement.pipelines {
        let lacks = lacksSpacing(pipeline)
        if case .assignment(let name, _, _) = statement.kind {
          if lacks { withoutSpacing.insert(name.text) } else { withoutSpacing.remove(name.text) }
        }
      }
      for block in statement.blocks { findLengths(block.statements) }
    }
  }

  /// Whether what a pipeline gives is known to have no scale; tells lengths in mm on the way.
  private mutating func lacksSpacing(_ pipeline: Pipeline) -> Bool {
    var lacks = false
    for stage in pipeline.stages {
      switch stage {
      case .expression(let expression): lacks = lacksSpacing(expression)
      case .invocation(let invocation):
        guard let signature = registry[invocation.name.text] else { return false }
        lacks = lacksSpacing(invocation, signature, input: lacks || takesVariableWithout(invocation, signature))
      }
    }
    return lacks
  }

  private func takesVariableWithout(_ invocation: Invocation, _ signature: Signature) -> Bool {
    guard signature.input != nil, case .word(let word)? = invocation.arguments.first(where: { $0.name == nil })?.content else {
      return false
    }
    return withoutSpacing.contains(word.text)
  }

  private mutating func lacksSpacing(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .name(let name): return withoutSpacing.contains(name)
    case .property(let base, _), .unary(_, let base): return lacksSpacing(base)
    case .binary(_, _, let left, let right):
      let first = lacksSpacing(left)
      return lacksSpacing(right) || first
    case .group(let pipeline): return lacksSpacing(pipeline)
    default: return false
    }
  }

  private mutating func lacksSpacing(_ invocation: Invocation, _ signature: Signature, input: Bool) -> Bool {
    switch signature.command.spacing {
    case .gives: return false
    case .reads(let slot, let silent, let option):
      let path = invocation.arguments.first { $0.name == nil || $0.name?.text == slot }
      guard !invocation.arguments.contains(where: { $0.name?.text == option }), let content = path?.content else { return false }
      let text: String?
      switch content {
      case .word(let word): text = word.text
      case .text(let literal): text = literal.constant
      default: text = nil
      }
      return text.map { silent.contains(Path($0).fileExtension.lowercased()) } ?? false
    case .keeps:
      guard input else { return false }
      for argument in invocation.arguments {
        guard case .word(let word)? = argument.content, let unit = Literal(word.text).number?.unit,
          ["mm", "cm", "mm2", "cm2"].contains(unit)
        else { continue }
        // An option of that name states the scale of the result.
        if argument.name?.text == "spacing" { return false }
        report(.noSpacing(word.text), word.span)
      }
      return true
    }
  }
}
