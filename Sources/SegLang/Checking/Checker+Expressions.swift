extension Checker {
  func type(of expression: Expression) -> ValueType {
    switch expression.kind {
    case .invalid: return .anything
    case .quantity(let text):
      switch Quantities.value(of: text) {
      case .success(let value): return Swift.type(of: value).valueType
      case .failure(.unknownUnit(let unit, let expected)):
        report(.unknownUnit(unit, expected: expected), expression.span)
        return .anything
      case .failure:
        report(.unreadable(text, of: "number", hint: "a number with at most 15 digits, up to 1.8e308"), expression.span)
        return .anything
      }
    case .text(let text):
      for case .value(let pipeline, _) in text.segments {
        if type(of: pipeline) == .nothing { report(.givesNothing("this"), pipeline.span) }
      }
      return .of(String.self)
    case .truth: return .of(Bool.self)
    case .name(let name):
      if let type = type(ofVariable: name) {
        note(.variable, name, expression.span)
        record?.types[expression.span] = type
        return type
      }
      if Quantities.isPercentile(name) { return .of(Intensity.self) }
      let commands = near(name, registry.names + functions.keys.sorted())
      let variables = near(name, variableNames())
      if variables.isEmpty, let new = registry.newName(ofCommand: name) {
        report(.renamedCommand(name, to: new), expression.span)
      } else if variables.isEmpty, !commands.isEmpty {
        report(.unknownCommand(name, near: commands, isVariable: false), expression.span)
      } else {
        report(.unknownVariable(name, near: variables), expression.span)
      }
      return .anything
    case .result(let number):
      if let type = result(number) { return type }
      report(.unknownResult(number), expression.span)
      return .anything
    case .it:
      if let type = type(ofVariable: Keyword.it.rawValue) { return type }
      if isStrict {
        report(.itInScript, expression.span)
        return .anything
      }
      if let it { return it }
      report(.nothingIsIt, expression.span)
      return .anything
    case .list(let items):
      let types = items.map { type(of: $0) }
      return .list(types.dropFirst().reduce(types.first ?? .anything) { ValueType.join($0, $1) })
    case .record(let fields):
      var names = Set<String>()
      return .record(
        fields.map { field in
          if !names.insert(field.name.text).inserted { report(.alreadyDeclared(field.name.text), field.name.span) }
          return ValueType.RecordField(name: field.name.text, type: type(of: field.value))
        })
    case .range(let first, let last, let step):
      for part in [first, last] + (step.map { [$0] } ?? []) {
        let type = type(of: part)
        let isOrdered = [ValueType.of(Double.self), .of(Length.self), .of(Angle.self)].contains { type.fit($0) != .no }
        if !isOrdered { report(.wrongType(expected: "Number or Length", found: type.description, role: "an end of a range"), part.span) }
      }
      return .of(Steps.self)
    case .unary(let op, let operand): return operationType(op, nil, operand, expression.span)
    case .binary(let op, let name, let left, let right): return binaryType(op, name, left, right)
    case .property(let base, let name): return propertyType(base, name)
    case .index(let base, let indices): return indexType(base, indices)
    case .group(let pipeline): return type(of: pipeline)
    }
  }

  private func binaryType(_ op: Operator, _ name: Name, _ left: Expression, _ right: Expression) -> ValueType {
    if op == .subtract, let command = hyphenatedCommand(left, right) {
      report(command, left.span.union(right.span))
      return .anything
    }
    return operationType(op, left, right, name.span)
  }

  /// `morph-opne`, which reads as a subtraction, when neither side is a variable.
  private func hyphenatedCommand(_ left: Expression, _ right: Expression) -> Problem? {
    guard case .name(let last) = right.kind, type(ofVariable: last) == nil else { return nil }
    var words = [last]
    var rest = left
    while case .binary(.subtract, _, let next, let word) = rest.kind, case .name(let text) = word.kind {
      words.append(text)
      rest = next
    }
    guard case .name(let first) = rest.kind, type(ofVariable: first) == nil else { return nil }
    words.append(first)
    let name = words.reversed().joined(separator: "-")
    guard source[left.span.union(right.span)] == name else { return nil }
    if let new = registry.newName(ofCommand: name) { return .renamedCommand(name, to: new) }
    let near = near(name, registry.names + functions.keys.sorted())
    return near.isEmpty ? nil : .unknownCommand(name, near: near, isVariable: false)
  }

  private func operationType(_ op: Operator, _ left: Expression?, _ right: Expression, _ span: Span) -> ValueType {
    let leftType = left.map { type(of: $0) }
    let rightType = type(of: right)
    if leftType == .nothing || rightType == .nothing {
      report(.givesNothing("this"), (leftType == .nothing ? left?.span : nil) ?? right.span)
      return .anything
    }
    if let result = Operations.result(op, leftType, rightType) { return result }
    report(.noOperator(op.rawValue, left: leftType?.description, right: rightType.description), span)
    return .anything
  }

  private func propertyType(_ base: Expression, _ name: Name) -> ValueType {
    if let constant = constantType(base, name) { return constant }
    let owner = type(of: base)
    let type = propertyType(owner, name)
    if let record {
      record.types[name.span] = type
      record.owners[name.span] = owner
    }
    return type
  }

  private func propertyType(_ type: ValueType, _ name: Name) -> ValueType {
    if type == .anything { return .anything }
    if case .record(let fields) = type {
      if let field = fields.first(where: { $0.name == name.text }) { return field.type }
      let names = fields.map(\.name)
      report(.unknownProperty(name.text, of: "this Record", near: near(name.text, names), all: names), name.span)
      return .anything
    }
    if type == .of(Record.self) { return .anything }
    let properties = type.metatypes.map { TypeTables.of($0).properties }
    let found = properties.compactMap { $0.first { $0.name == name.text }?.type }
    if let first = found.first {
      return found.count == properties.count ? found.dropFirst().reduce(first) { ValueType.join($0, $1) } : .anything
    }
    let names = properties.flatMap { $0.map(\.name) }
    let parts = type.metatypes.compactMap { $0.partType }
    // Which parts a value has is known only at run time; what is nearly a property is taken for a typing error.
    if let first = parts.first, nearNames(to: name.text, in: names).isEmpty { return parts.count == properties.count ? first : .anything }
    report(.unknownProperty(name.text, of: type.description, near: near(name.text, names), all: names), name.span)
    return .anything
  }

  private func indexType(_ base: Expression, _ indices: [Expression]) -> ValueType {
    let type = type(of: base)
    let found = indices.map { self.type(of: $0) }
    for (index, found) in zip(indices, found) where found.fit(.of(Double.self)) == .no && found.fit(.of(Steps.self)) == .no {
      report(.wrongType(expected: "Number or Range", found: found.description, role: "an index"), index.span)
    }
    let isPart = found.contains(.of(Steps.self))
    // What an index may be is known only at run time.
    let isUnclear = found.contains { $0.fit(.of(Steps.self)) == .perhaps }
    switch type {
    case .anything: return .anything
    case .list(let element) where indices.count == 1: return isUnclear ? .anything : isPart ? type : element
    default:
      let tables = type.metatypes.compactMap { $0.indexing }.filter { $0.count == indices.count && (!isPart || $0.sliceResult != nil) }
      if let first = tables.first {
        return isUnclear || tables.count < type.metatypes.count ? .anything : isPart ? first.sliceResult ?? .anything : first.result
      }
      report(.notIndexable(type.description), base.span)
      return .anything
    }
  }
}

extension SyntaxTree {
  /// Checks the tree against a registry without running anything.
  public func check(against registry: Registry, mode: Mode = .script) -> CheckReport {
    Checker(registry: registry, source: source, mode: mode).check(self)
  }

  /// Parses and checks a text with the modules that it uses.
  /// - Parameter lints: Whether to warn about valid code that is probably a mistake.
  public static func check(
    _ source: SourceText, against registry: Registry, mode: Mode = .script, using modules: ModuleLoader = .files(), lints: Bool = false
  ) -> (tree: SyntaxTree, report: CheckReport) {
    let tree = SyntaxTree(parsing: source, using: modules) { registry[$0] != nil }
    let checker = Checker(registry: registry, source: source, mode: mode)
    checker.lints = lints
    return (tree, checker.check(tree))
  }
}
