/// A value and where it came from.
struct Item: Sendable {
  let value: any Value
  /// Nil for a value that the text itself says, such as `3`.
  let step: Step?
}

/// A value on its way through an expression, with the expression that would make it again.
struct Term {
  let value: any Value
  let expression: RecordedExpression

  init(_ value: any Value, _ expression: RecordedExpression) {
    self.value = value
    self.expression = expression
  }

  /// - Parameter parents: Steps that the whole expression uses so far.
  init(_ item: Item, _ parents: inout [Step]) {
    value = item.value
    expression = item.step.map { .parent(parents.index(adding: $0)) } ?? .constant(item.value)
  }

  /// The expression where an operator stands beside it: `-70 ^ 2` would be another number than that of a variable which is -70.
  var operand: RecordedExpression {
    guard case .constant(let value) = expression else { return expression }
    let isPlain = !(value is Steps) && !Canonical.isNegative(value)
    return isPlain ? expression : .group(expression)
  }

  /// The value as something of its own: the step it came from, a new step where an expression made it, or no step where the text says it all.
  ///
  /// - Parameter parents: Steps that the expression uses.
  func item(from parents: [Step]) -> Item {
    if case .parent(let index) = expression { return Item(value: value, step: parents[index]) }
    return Item(value: value, step: parents.isEmpty ? nil : Step(.expression(expression), parents: parents, value: value))
  }
}

/// What `catch` hands over.
enum Failure {
  static let type = ValueType.record(["code", "message"].map { ValueType.RecordField(name: $0, type: .of(String.self)) })
  static func record(_ diagnostic: Diagnostic) -> Record { Record([("code", diagnostic.code), ("message", diagnostic.message)]) }
}

/// Writes values the one way they are recorded.
enum Canonical {
  /// A value as it stands in an expression.
  static func inExpression(_ value: any Value) -> String {
    switch value {
    case let path as Path: Quoting.quoted(path.text)
    case let glob as Glob: Quoting.quoted(glob.pattern)
    case let choice as any Choice: Quoting.quoted(choice.oneLine)
    default: value.literal ?? Quoting.quoted(value.oneLine)
    }
  }

  /// A value as an argument.
  static func asArgument(_ value: any Value) -> String {
    // Braces would be a block.
    if value is Record { return "(\(inExpression(value)))" }
    return value.literal ?? Quoting.quoted(value.oneLine)
  }

  /// Whether a value starts with a minus sign in an expression.
  static func isNegative(_ value: any Value) -> Bool {
    // Numbers are common, and need no text for this.
    if let number = value as? Double, !number.isNaN { return number < 0 }
    return inExpression(value).hasPrefix("-")
  }
}
