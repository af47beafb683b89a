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
  func typer() -> Checker {
    let checker = Checker(
      registry: registry, source: source, mode: mode, functions: functions,
      variable: { [unowned self] in item(ofVariable: $0).map { type(of: $0.value).valueType } },
      result: { [unowned self] in result($0).map { type(of: $0.value).valueType } },
      it: blockDepth > 0 ? nil : itItem.map { ImplicitInput($0) })
    checker.modules = modules.mapValues(\.face)
    return checker
  }

  func result(_ number: Int) -> Item? {
    state.results.indices.contains(number - 1) ? state.results[number - 1] : nil
  }

  var itItem: Item? { state.it.flatMap { result($0) } }

  private func run(_ invocation: Invocation, piped: Item?) throws -> Item? {
    if stack.isNearlyFull { throw problem(.recursionLimit(callDepth), invocation.name.span) }
    try spend(invocation.name.span)
    let name = invocation.name.text
    let checker = typer()
    guard let callee = checker.callee(named: name) else {
      if let new = registry.newName(ofCommand: name) { throw problem(.renamedCommand(name, to: new), invocation.name.span) }
      throw problem(.unknownCommand(name, near: nearNames(to: name, in: registry.names), isVariable: false), invocation.name.span)
    }
    var resolver = checker.resolver(callee)
    let call = resolver.resolve(invocation, piped: piped.map { type(of: $0.value).valueType })
    if var first = resolver.diagnostics.first {
      first.source = source
      throw first
    }
    let bound = call.fills.compactMap { if case .binding(let name, _) = $0 { name.text } else { nil } }
    let items = try zip(call.fills, callee.slots).map { try item($0, for: $1, piped: piped, bound: bound) }
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
    if let signature = registry[name] { return try run(signature, callee, call, items, invocation) }
    return try self.call(name, callee, items, invocation)
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

  private func call(_ name: String, _ callee: Callee, _ items: [Item?], _ invocation: Invocation) throws -> Item? {
    guard let (function, home) = function(named: name) else { return nil }
    guard callDepth < Self.callLimit else { throw problem(.recursionLimit(Self.callLimit), invocation.name.span) }
    if host.isCancelled() { throw problem(.cancelled, invocation.name.span) }
    var frame: [String: Item] = [:]
    for (index, slot) in callee.slots.enumerated() {
      var item = items[index]
      if item == nil, let standard = function.declaration.parameters[index].standard {
        let checker = Checker(registry: registry, source: function.source, mode: mode)
        var resolver = checker.resolver(Callee(name: name, slots: [slot]))
        if function.declaration.parameters[index].type == nil {
          item = try self.item(of: checker.content(standard))
        } else if case .literal(let value)? = resolver.interpret(standard, for: slot) {
          item = Item(value: value, step: nil)
        } else {
          item = try self.item(of: checker.content(standard))
        }
      }
      if let given = item, slot.type != .anything, let target = slot.type.named, target.valueType == slot.type {
        let value = try located(invocation.name.span) { try Operations.convert(given.value, to: slot.type) }
        item = Item(value: value, step: given.step)
      }
      frame[slot.name] = item
    }
    let outer = (scopes, isInFunction, source, unit)
    scopes = (home.map { [$0.constants] } ?? []) + [frame]
    unit = home
    isInFunction = true
    source = function.source
    callDepth += 1
    defer {
      (scopes, isInFunction, source, unit) = outer
      callDepth -= 1
    }
    do {
      for statement in function.declaration.body.statements { try run(statement) }
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
