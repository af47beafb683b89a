/// Prints a step as source text. It is the only place where a recorded call or expression becomes a line.
struct StepPrinter {
  let step: Step
  /// Text for a parent at a position.
  let name: (Step, Step.Place) -> String
  /// Name of a function that the step calls.
  var function: (String) -> String = { $0 }
  /// A literal in place of a parent with the properties that are read from it; nil: as it stands.
  var fold: (Step.Operand) -> String? = { _ in nil }
  /// Another text for one of the literals: the argument of a call with this position, or the literal of an expression.
  var change: (literal: Int, text: String)?

  func print() -> String {
    switch step.action {
    case .call(let call): return text(call)
    case .expression(let expression):
      var literals = 0
      return text(expression, &literals)
    case .print(let value, let isLog):
      return (isLog ? "log " : "print ") + (value.map { Canonical.inExpression($0) } ?? parent(0, .piped))
    }
  }

  private func parent(_ index: Int, _ place: Step.Place, _ properties: [String] = []) -> String {
    guard step.parents.indices.contains(index) else { return "" }
    if let literal = fold(Step.Operand(step: step.parents[index], properties: properties)) { return literal }
    return ([name(step.parents[index], place)] + properties).joined(separator: ".")
  }

  // MARK: Calls

  private func text(_ call: ResolvedCall) -> String {
    let name = call.signature.name
    let head =
      switch call.input {
      case .parent(let index) where step.parents.indices.contains(index): self.name(step.parents[index], .piped) + " | " + name
      // An argument would be read as a block, or as the values of it.
      case .literal(let value) where value is List || value is Record || value is Steps: Canonical.inExpression(value) + " | " + name
      case .literal(let value): name + " " + Canonical.asArgument(value)
      case .parent, .block, .standard, nil: name
      }
    return head + call.arguments.enumerated().map { text($1, $0, call) }.joined()
  }

  private func text(_ argument: ResolvedCall.Argument, _ index: Int, _ call: ResolvedCall) -> String {
    let start = argument.label.map { " \($0)=" } ?? " "
    if let change, change.literal == index { return start + change.text }
    switch argument.source {
    case .literal, .standard: return start + (call.literal(argument) ?? "")
    case .parent(let index):
      let takesBareWord = call.parameter(argument).literalHint == nil
      return start + parent(index, takesBareWord ? .word : .argument)
    case .block(let pieces):
      return start
        + pieces.map { piece in
          switch piece {
          case .text(let text): text
          case .parent(let index): parent(index, .captured)
          case .function(let name): function(name)
          }
        }.joined()
    }
  }

  // MARK: Expressions

  private func text(_ expression: RecordedExpression, _ literals: inout Int) -> String {
    if let (parent, properties) = expression.path { return self.parent(parent, .operand, properties) }
    switch expression {
    case .quantity(let text): return literal(text, &literals)
    case .constant(let value): return literal(Canonical.inExpression(value), &literals)
    case .word(let text): return text
    case .parent(let index): return parent(index, .operand)
    case .text(let segments): return "\"" + segments.map { text($0) }.joined() + "\""
    case .list(let items): return "[" + items.map { text($0, &literals) }.joined(separator: ", ") + "]"
    case .record(let fields): return "{" + fields.map { "\($0.name): " + text($0.value, &literals) }.joined(separator: ", ") + "}"
    case .range(let first, let last, let step):
      let ends = text(first, &literals) + ".." + text(last, &literals)
      return ends + (step.map { ":" + text($0, &literals) } ?? "")
    case .unary(let op, let operand): return (op == .not ? "not " : "-") + text(operand, &literals)
    case .binary(let op, let left, let right): return text(left, &literals) + " \(op.rawValue) " + text(right, &literals)
    case .property(let base, let name): return text(base, &literals) + "." + name
    case .index(let base, let indices):
      return text(base, &literals) + "[" + indices.map { text($0, &literals) }.joined(separator: ", ") + "]"
    case .group(let inner): return "(" + text(inner, &literals) + ")"
    }
  }

  private func literal(_ text: String, _ literals: inout Int) -> String {
    defer { literals += 1 }
    return change.flatMap { $0.literal == literals ? $0.text : nil } ?? text
  }

  private func text(_ segment: RecordedExpression.Segment) -> String {
    switch segment {
    case .characters(let characters): String(Quoting.quoted(characters).dropFirst().dropLast())
    case .parent(let index, let decimals): "{" + parent(index, .operand) + (decimals.map { ":.\($0)}" } ?? "}")
    }
  }
}
