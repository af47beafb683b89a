extension Evaluator {
  /// Fills a command's slots, runs it, and records the step in canonical form.
  func run(_ signature: Signature, _ callee: Callee, _ call: Call, _ given: [Item?], _ invocation: Invocation) throws -> Item? {
    let span = invocation.name.span
    if host.isCancelled() { throw problem(.cancelled, span) }
    var items = given
    let inputIndex = call.fills.firstIndex { if case .piped = $0 { true } else { false } } ?? callee.slots.firstIndex { $0.role == .input }
    let input = inputIndex.flatMap { items[$0] }
    let origins = ([input] + items.enumerated().filter { $0.offset != inputIndex }.map(\.element)).compactMap { $0?.step }
    for (index, parameter) in signature.parameters.enumerated() where parameter.role == .ancestor && items[index] == nil {
      if let input, let direct = ancestor(input, parameter.type) {
        items[index] = direct
      } else if let (value, step) = Step.nearest(parameter.type, from: origins) {
        items[index] = Item(value: value, step: step)
      } else if !parameter.isOptional {
        throw problem(.noAncestor(parameter.name, of: signature.name, type: parameter.type.description), span)
      }
    }
    let (command, slots) = signature.instantiate()
    for (slot, (item, parameter)) in zip(slots, zip(items, signature.parameters)) {
      guard let item else { continue }
      try located(place(of: parameter.name, in: invocation), command: parameter.name) { try slot.fill(with: item.value) }
    }
    if let refusal = host.refusal(signature) { throw problem(.commandFailed(signature.name, message: refusal), span) }
    host.begins(signature.name)
    let journal = StepLog()
    let context = Context(
      host: host, registry: registry, origins: origins, input: input?.value, inputStep: input?.step, journal: journal,
      caller: BlockCaller(self), caseName: caseName)
    let output = try located(span, command: signature.name) {
      try host.services[PreflightService.self].ask(command, items.compactMap { $0?.value }, context)
      return try command.runErased(context)
    }
    if let traced = output as? Traced {
      if let step = traced.step { host.stepped(step, nil) }
      return Item(value: traced.value, step: traced.step)
    }
    let value = output?.asValue
    if let value {
      try located(span) { try Extent.check(value) }
      try spend(on: value, span)
    }
    let step = step(signature, items, inputIndex, value, journal.entries)
    guard let value else {
      if signature.command.traits.contains(.showsOnly) { ranUnrecorded = true } else { record(effect: step) }
      return nil
    }
    host.stepped(step, nil)
    return Item(value: value, step: step)
  }

  /// The input itself, where it is of the wanted type or converts to it.
  private func ancestor(_ input: Item, _ type: ValueType) -> Item? {
    Swift.type(of: input.value).valueType.fit(type) >= .converted && input.step == nil ? input : nil
  }

  /// Where an argument with a name stands, else the command's name.
  private func place(of name: String, in invocation: Invocation) -> Span {
    invocation.arguments.first { $0.name?.text == name }?.span ?? invocation.name.span
  }

  /// The step in canonical form: the input before the bar, arguments by position, options and defaults by name.
  private func step(_ signature: Signature, _ items: [Item?], _ inputIndex: Int?, _ value: (any Value)?, _ entries: StepLog.Entries)
    -> Step
  {
    var parents: [Step] = []
    var definitions: [String: RecordedBlock.Definition] = [:]
    let input = inputIndex.flatMap { items[$0] }.map { source(of: $0, &parents, &definitions) }
    var arguments: [ResolvedCall.Argument] = []
    var skipped = false
    for (index, parameter) in signature.parameters.enumerated() where index != inputIndex {
      let source: ResolvedCall.Source
      if let item = items[index] {
        source = self.source(of: item, &parents, &definitions)
      } else if parameter.defaultLiteral != nil {
        source = .standard
      } else {
        if parameter.role == .argument { skipped = true }
        continue
      }
      let isPositional = parameter.role == .argument && !skipped
      let name = (items[index]?.value as? NamedValue)?.name ?? parameter.name
      arguments.append(ResolvedCall.Argument(index: index, label: isPositional ? nil : name, source: source))
    }
    let call = ResolvedCall(signature, input: input, arguments: arguments, definitions: definitions)
    return Step(.call(call), parents: parents, value: value, entries: entries)
  }

  private func source(of item: Item, _ parents: inout [Step], _ definitions: inout [String: RecordedBlock.Definition])
    -> ResolvedCall.Source
  {
    if let closure = item.value as? Closure {
      let recorded = closure.code.text
      definitions.merge(recorded.definitions) { first, _ in first }
      return .block(
        recorded.pieces.map { piece in
          switch piece {
          case .text(let text): .text(text)
          case .variable(_, let step): .parent(parents.index(adding: step))
          case .function(let name): .function(name)
          }
        })
    }
    return item.step.map { .parent(parents.index(adding: $0)) } ?? .literal(item.value)
  }
}
