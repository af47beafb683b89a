extension Checker {
  func collectFunctions(_ statements: [Statement]) {
    var here = Set<String>()
    for statement in statements {
      guard case .function(let declaration) = statement.kind else { continue }
      let name = declaration.name
      if registry[name.text] != nil || type(ofVariable: name.text) != nil { report(.namedLikeCommand(name.text), name.span) }
      if !here.insert(name.text).inserted { report(.alreadyDeclared(name.text), name.span) }
      functions[name.text] = Function(declaration: declaration, source: source, callee: callee(of: declaration), returnType: nil)
    }
  }

  func callee(of declaration: FunctionDeclaration) -> Callee {
    var names = Set<String>()
    return Callee(
      name: declaration.name.text,
      slots: declaration.parameters.map { parameter in
        if !names.insert(parameter.name.text).inserted { report(.alreadyDeclared(parameter.name.text), parameter.name.span) }
        let type =
          parameter.type.map { self.type(named: $0) } ?? parameter.standard.map { standard in self.type(of: content(standard)) }
          ?? .anything
        record?.types[parameter.name.span] = type
        let slot = Callee.Slot(
          name: parameter.name.text, role: .argument, type: type, reader: type.named, isOptional: parameter.standard != nil, range: nil)
        if let standard = parameter.standard, parameter.type != nil { interpret(standard, for: slot, calleeName: declaration.name.text) }
        return slot
      })
  }

  func interpret(_ content: ArgumentNode.Content, for slot: Callee.Slot, calleeName: String) {
    var resolver = resolver(Callee(name: calleeName, slots: [slot]))
    _ = resolver.interpret(content, for: slot)
    take(resolver.diagnostics)
  }

  func returnType(of name: String) -> ValueType {
    if let (module, member) = moduleMember(name) { return module.returnType(member) }
    guard let function = functions[name] else { return .anything }
    if let known = function.returnType { return known }
    guard inProgress.count < 64, inProgress.insert(name).inserted else { return .anything }
    let outer = (scopes, returns, implicit, source, currentFunction, frozen, isInBlock, isInLoop, uses)
    let constants = isModule ? [scopes.first ?? [:]] : []
    scopes = constants + [Dictionary(function.callee.slots.map { ($0.name, $0.type) }) { first, _ in first }]
    returns = []
    uses = []
    implicit = nil
    frozen = constants.count
    (isInBlock, isInLoop) = (false, false)
    source = function.source
    currentFunction = name
    check(function.declaration.body)
    let types = returns ?? []
    if lints { functionUses += uses }
    (scopes, returns, implicit, source, currentFunction, frozen, isInBlock, isInLoop, uses) = outer
    inProgress.remove(name)
    let result = types.isEmpty ? ValueType.nothing : types.dropFirst().reduce(types[0]) { ValueType.join($0, $1) }
    functions[name]?.returnType = result
    return result
  }
}
