internal import Platform

/// Lets a running command call the blocks that it was given.
///
/// Guard of `@unchecked Sendable`: calls from another thread than the evaluator's are refused.
final class BlockCaller: @unchecked Sendable {
  private unowned let evaluator: Evaluator
  private let thread = pthread_self()

  init(_ evaluator: Evaluator) { self.evaluator = evaluator }

  func call(_ block: Closure, it: Traced, variables: [(name: String, value: any Value)], caseName: String?) throws -> Traced? {
    guard pthread_equal(thread, pthread_self()) != 0 else { throw BlockProblem.outsideOfRun }
    return try evaluator.inCase(caseName) { try evaluator.call(block, it: it, variables: variables) }
  }

  func leaveOut(_ failure: Diagnostic) {
    if pthread_equal(thread, pthread_self()) != 0 { evaluator.leftOut.append(failure) }
  }
}

extension Evaluator {
  /// The block with the values that it uses.
  ///
  /// - Parameter bound: names that the command gives to the block.
  func closure(_ block: Block, bound: [String]) -> Closure {
    var captured: [String: Item] = [:]
    // Every word that a variable has as its name counts as used: at most a value is kept that need not be.
    let scanner = Scanner(frame.source)
    var index = block.span.start
    while index < block.span.end {
      let end = scanner.identifierEnd(at: index)
      guard end > index else {
        index += 1
        continue
      }
      let name = scanner.text(index, end)
      if captured[name] == nil, name != Keyword.it.rawValue, let item = item(ofVariable: name) { captured[name] = item }
      index = end
    }
    let text = RecordedBlock(block, source: frame.source, checker: typer(), captured: captured, bound: bound, calls: Callables(of: self))
    return Closure(code: Closure.Code(block: block, source: frame.source, captured: captured, unit: frame.unit, text: text))
  }

  /// Does something for a case of a batch; nil: for that which is worked on already.
  func inCase<T>(_ name: String?, _ body: () throws -> T) rethrows -> T {
    let outer = caseName
    defer { caseName = outer }
    caseName = name ?? outer
    return try body()
  }

  /// Runs a block; its value is that of its last statement.
  func call(_ closure: Closure, it: Traced, variables: [(name: String, value: any Value)]) throws -> Traced? {
    let code = closure.code
    if stack.isNearlyFull || frame.callDepth >= Self.callLimit { throw problem(.recursionLimit(Self.callLimit), code.block.span) }
    if host.isCancelled() { throw problem(.cancelled, code.block.span) }
    var scope = code.captured
    for (name, value) in variables { scope[name] = Item(value: value, step: nil) }
    scope[Keyword.it.rawValue] = Item(value: it.value, step: it.step)
    var inner = frame.calling(code.source, of: code.unit, scopes: [scope, [:]])
    inner.callDepth += 1
    inner.blockDepth += 1
    return try within(inner) { try value(of: code.block.statements) }.map { Traced($0.value, step: $0.step) }
  }

  private func value(of statements: [Statement]) throws -> Item? {
    guard let last = statements.last else { return nil }
    for statement in statements.dropLast() { try run(statement) }
    switch last.kind {
    case .pipeline(let pipeline): return try value(of: pipeline)
    case .conditional(let branches, let otherwise):
      for (condition, body) in branches where try truth(condition) { return try inScope { try value(of: body.statements) } }
      return try otherwise.flatMap { body in try inScope { try value(of: body.statements) } }
    default:
      try run(last)
      return nil
    }
  }
}
