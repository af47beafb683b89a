/// Where statements run: the variables and functions that they see, and how deep in calls they are.
struct Frame: Sendable {
  /// The text that the statements stand in.
  var source: SourceText
  /// Variables of open blocks, the innermost last; the first are a function's parameters.
  var scopes: [[String: Item]] = []
  /// Whether the variables of the text's own top cannot be seen.
  var isClosed = false
  /// The module whose function runs; nil for the text's own.
  var unit: ModuleValues?
  /// Open calls of functions and blocks.
  var callDepth = 0
  /// Open calls of blocks; what they do is part of the step that called them.
  var blockDepth = 0

  init(source: SourceText) { self.source = source }

  /// The frame of a function, block or module that statements here call: it sees its own variables alone.
  func calling(_ source: SourceText, of unit: ModuleValues?, scopes: [[String: Item]]) -> Frame {
    var inner = self
    (inner.source, inner.scopes, inner.isClosed, inner.unit) = (source, scopes, true, unit)
    return inner
  }

  /// Whether results here are those of the whole text.
  var isTop: Bool { scopes.isEmpty && !isClosed }
}

extension Evaluator {
  /// Runs a body in another frame, and comes back to this one however the body ends.
  func within<T>(_ inner: Frame, _ body: () throws -> T) rethrows -> T {
    let outer = frame
    defer { frame = outer }
    frame = inner
    return try body()
  }

  /// Runs a body in a new scope with the given variables.
  func inScope<T>(_ variables: [String: Item] = [:], _ body: () throws -> T) rethrows -> T {
    frame.scopes.append(variables)
    defer { frame.scopes.removeLast() }
    return try body()
  }
}
