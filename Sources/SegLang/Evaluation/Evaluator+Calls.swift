import Basics

extension Evaluator {
  /// The value of a pipeline; nil when its last command only has an effect.
  func value(of pipeline: Pipeline) throws -> Item? {
    var item: Item?
    for (index, stage) in pipeline.stages.enumerated() {
      if index > 0, item == nil { throw problem(.givesNothing("this"), pipeline.stages[index - 1].span) }
      switch stage {
      case .expression(let expression): item = lightened(try self.item(of: expression))
      case .invocation(let invocation): item = try run(invocation, piped: item)
      }
    }
    return item
  }

  /// A checker that knows the variables as they are now.
  func typer(_ lookups: Resolution.Lookups? = nil) -> Checker {
    let checker = Checker(
      registry: registry, source: frame.source, mode: mode, functions: functions,
      variable: { [unowned self] name in
        let type = item(ofVariable: name).map { Swift.type(of: $0.value) }
        lookups?.add(name, type.map { ObjectIdentifier($0) })
        return type?.valueType
      },
      result: { [unowned self] in result($0).map { type(of: $0.value).valueType } },
      it: frame.blockDepth > 0 ? nil : itItem.map { ImplicitInput($0) })
    checker.modules = modules.mapValues(\.face)
    return checker
  }

  func result(_ number: Int) -> Item? {
    state.results.indices.contains(number - 1) ? state.results[number - 1] : nil
  }

  var itItem: Item? { state.it.flatMap { result($0) } }

  private func run(_ invocation: Invocation, piped: Item?) throws -> Item? {
    if stack.isNearlyFull { throw problem(.recursionLimit(frame.callDepth), invocation.name.span) }
    try spend(invocation.name.span)
    let resolution = try resolution(of: invocation, piped: piped)
    let (callee, call) = (resolution.callee, resolution.call)
    let items = try zip(call.fills, callee.slots).map { try item($0, for: $1, piped: piped, bound: call.bound) }
    if let index = call.fills.firstIndex(where: { if case .it = $0 { true } else { false } }), let item = items[index], let it = itItem,
      let number = state.it
    {
      let words = "\(type(of: item.value).typeName) \(item.value.oneLine)"
      if item.step === it.step {
        host.note("it = _\(number) \(words)")
      } else {
        let known = state.results.firstIndex { $0.step === item.step }.map { "_\($0 + 1) " } ?? ""
        host.note("input: \(known)\(words), which _\(number) \(type(of: it.value).typeName) was made from")
      }
    }
    for (slot, item) in zip(callee.slots, items) {
      if let item, let found = RangeCheck.problem(item.value, slot) { throw problem(found, invocation.name.span) }
    }
    if let signature = resolution.signature { return try run(signature, callee, call, items, invocation) }
    return try self.call(callee, items, invocation)
  }

  /// What a call means with the values that there are now. At the next turn of a loop it means the same, unless a type has changed.
  private func resolution(of invocation: Invocation, piped: Item?) throws -> Resolution {
    let key = Resolution.Key(
      run: mark, piped: piped.map { ObjectIdentifier(type(of: $0.value)) }, it: frame.blockDepth > 0 ? nil : state.it)
    if let known = invocation.site.resolution, known.key == key,
      known.variables.allSatisfy({ name, type in item(ofVariable: name).map { ObjectIdentifier(Swift.type(of: $0.value)) } == type })
    {
      return known
    }
    let name = invocation.name.text
    let lookups = Resolution.Lookups()
    let checker = typer(lookups)
    guard let callee = checker.callee(named: name) else {
      if let new = registry.newName(ofCommand: name) { throw problem(.renamedCommand(name, to: new), invocation.name.span) }
      throw problem(.unknownCommand(name, near: nearNames(to: name, in: registry.names), isVariable: false), invocation.name.span)
    }
    var resolver = checker.resolver(callee)
    var call = resolver.resolve(invocation, piped: piped.map { type(of: $0.value).valueType })
    if var first = resolver.diagnostics.first {
      first.source = frame.source
      throw first
    }
    let signature = registry[name]
    if signature == nil, let (function, _) = function(named: name) { addDefaults(of: function, to: &call, callee) }
    let resolution = Resolution(callee: callee, call: call, signature: signature, key: key, variables: lookups.variables)
    invocation.site.resolution = resolution
    return resolution
  }

  /// Fills what a call of a function leaves out.
  private func addDefaults(of function: Checker.Function, to call: inout Call, _ callee: Callee) {
    for (index, slot) in callee.slots.enumerated() where call.fills[index] == nil {
      let parameter = function.declaration.parameters[index]
      guard let standard = parameter.standard else { continue }
      let checker = Checker(registry: registry, source: function.source, mode: mode)
      var resolver = checker.resolver(Callee(name: callee.name, slots: [slot]))
      if parameter.type != nil, case .literal(let value)? = resolver.interpret(standard, for: slot) {
        call.fills[index] = .literal(value)
      } else {
        call.fills[index] = .expression(checker.content(standard))
      }
    }
  }

  private func item(_ fill: Call.Fill?, for slot: Callee.Slot, piped: Item?, bound: [String]) throws -> Item? {
    switch fill {
    case .piped: return piped
    case .it: return itItem?.implicitly(for: slot)
    case .literal(let value): return Item(value: value, step: nil)
    case .expression(let expression): return try item(of: expression)
    case .block(let block): return Item(value: closure(block, bound: bound), step: nil)
    case .binding(let name, let fill):
      return try item(fill, for: slot, piped: piped, bound: bound).map {
        Item(value: NamedValue(name: name.text, value: $0.value), step: $0.step)
      }
    case .invalid, nil: return nil
    }
  }

  private func call(_ callee: Callee, _ items: [Item?], _ invocation: Invocation) throws -> Item? {
    guard let (function, home) = function(named: invocation.name.text) else { return nil }
    guard frame.callDepth < Self.callLimit else { throw problem(.recursionLimit(Self.callLimit), invocation.name.span) }
    if host.isCancelled() { throw problem(.cancelled, invocation.name.span) }
    var variables: [String: Item] = [:]
    for (index, slot) in callee.slots.enumerated() {
      var item = items[index]
      if let given = item, slot.type != .anything, let target = slot.type.named, target.valueType == slot.type {
        let value = try located(invocation.name.span) { try Operations.convert(given.value, to: slot.type) }
        item = Item(value: value, step: given.step)
      }
      variables[slot.name] = item
    }
    var inner = frame.calling(function.source, of: home, scopes: (home.map { [$0.constants] } ?? []) + [variables])
    inner.callDepth += 1
    do {
      try within(inner) { for statement in function.declaration.body.statements { try run(statement) } }
    } catch let signal as Return { return signal.item }
    return nil
  }

  /// Runs a body and gives its errors a place.
  func located<T>(_ span: Span, command: String = "seglang", _ body: () throws -> T) throws -> T {
    do { return try body() } catch let diagnostic as Diagnostic { throw diagnostic } catch let signal as Return {
      throw signal
    } catch is CancellationError {
      throw problem(.cancelled, span)
    } catch let found as ArithmeticProblem { throw problem(.arithmetic(found.description), span) } catch let found as BindingProblem {
      switch found {
      case .wrongType(let expected, let actual):
        throw problem(.wrongType(expected: expected.description, found: actual.description, role: "the input of `\(command)`"), span)
      case .notWhole(let value): throw problem(.notWhole(NumberFormat.exact(value), of: command), span)
      }
    } catch let found as LiteralProblem {
      if case .unknownChoice(let word, let choices) = found {
        throw problem(.unknownChoice(word, of: command, near: nearNames(to: word, in: choices), all: choices, command: nil), span)
      }
      throw problem(.commandFailed(command, message: "a value has the wrong form"), span)
    } catch {
      // What was stopped may fail in its own way, such as a helper program that Ctrl-C ended as well.
      throw problem(host.isCancelled() ? .cancelled : .commandFailed(command, message: "\(error)"), span)
    }
  }
}
