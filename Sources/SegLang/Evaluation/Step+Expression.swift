extension Step {
  /// An operand of an expression: a parent and the properties read from it, such as `score.right.percent` in `score.right.percent / 2`.
  public struct Operand: Sendable {
    /// Step of the parent.
    public let step: Step
    /// Names of the properties in order; empty for the value itself.
    public let properties: [String]
  }

  /// The operands of an expression in order; empty for a command.
  public var operands: [Operand] {
    switch action {
    case .call: []
    case .expression(let expression): expression.paths.compactMap { operand($0) }
    case .print: parents.map { Operand(step: $0, properties: []) }
    }
  }

  /// The operand of an expression that only reads properties, such as `score.right.percent`; nil for any other step.
  public var property: Operand? {
    guard case .expression(let expression) = action else { return nil }
    // Parentheses round it do not count.
    return expression.bare.path.flatMap { operand($0) }
  }

  private func operand(_ path: (parent: Int, properties: [String])) -> Operand? {
    parents.indices.contains(path.parent) ? Operand(step: parents[path.parent], properties: path.properties) : nil
  }
}

extension Step.Operand {
  /// The operand's value; nil when the step's value was not kept or has no such property.
  public var value: (any Value)? {
    var value = step.value
    for name in properties {
      guard let here = value else { return nil }
      value = (here as? Record)?.property(name) ?? (try? TypeTables.of(type(of: here)).property(name)?(here)) ?? here.part(named: name)
    }
    return value
  }
}
