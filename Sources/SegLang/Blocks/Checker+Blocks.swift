extension Checker {
  /// Checks the blocks of a call and gives the type of the last one's value; nil when the call has none.
  func blockType(_ signature: Signature, _ callee: Callee, _ call: Call, _ input: ValueType?) -> ValueType? {
    var variables: [String: ValueType] = [:]
    for case .binding(let name, let fill) in call.fills {
      if registry[name.text] != nil || functions[name.text] != nil || Keyword(rawValue: name.text) != nil {
        report(.namedLikeCommand(name.text), name.span)
      }
      variables[name.text] = elementType(of: fill)
      record?.types[name.span] = variables[name.text]
    }
    var result: ValueType?
    for (slot, fill) in zip(callee.slots, call.fills) {
      guard case .block(let block) = fill else { continue }
      let type = type(of: block, it: signature.command.blockInput(for: input), variables: variables)
      if let wanted = slot.blockResult, wanted != .anything, type.fit(wanted) == .no {
        let span = block.statements.last?.span ?? block.span
        report(.wrongType(expected: wanted.description, found: type.description, role: "the result of the block of `\(callee.name)`"), span)
      }
      result = type
    }
    return result
  }

  /// The type of the values that a range or list holds.
  private func elementType(of fill: Call.Fill) -> ValueType {
    switch fill {
    case .literal(let steps as Steps): return Swift.type(of: steps.first).valueType
    case .expression(let expression):
      var inner = expression
      while case .group(let pipeline) = inner.kind, let sole = pipeline.soleExpression { inner = sole }
      if case .range(let first, _, _) = inner.kind { return quietly { type(of: first) } }
      return quietly { type(of: expression) }.elementType ?? .anything
    default: return .anything
    }
  }

  /// The type of a block's value: that of its last statement.
  func type(of block: Block, it: ValueType, variables: [String: ValueType] = [:]) -> ValueType {
    let outer = (frozen, isInBlock, isInLoop, scopes.count)
    (frozen, isInBlock, isInLoop) = (scopes.count, true, false)
    scopes.append(variables.merging([Keyword.it.rawValue: it]) { $1 })
    scopes.append([:])
    defer {
      (frozen, isInBlock, isInLoop) = (outer.0, outer.1, outer.2)
      scopes.removeLast(scopes.count - outer.3)
    }
    return type(of: block.statements)
  }

  private func type(of statements: [Statement]) -> ValueType {
    for statement in statements.dropLast() { check(statement) }
    guard let last = statements.last else { return .nothing }
    switch last.kind {
    case .pipeline(let pipeline): return type(of: pipeline)
    case .conditional(let branches, let otherwise):
      var types = branches.map { branch in
        checkCondition(branch.condition)
        return inScope { type(of: branch.body.statements) }
      }
      types.append(otherwise.map { body in inScope { type(of: body.statements) } } ?? .nothing)
      return types.dropFirst().reduce(types[0]) { ValueType.join($0, $1) }
    case .return, .invalid:
      check(last)
      return .anything
    default:
      check(last)
      return .nothing
    }
  }

  private func inScope<T>(_ body: () -> T) -> T {
    scopes.append([:])
    defer { scopes.removeLast() }
    return body()
  }
}
