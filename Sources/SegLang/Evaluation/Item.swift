/// A value and where it came from.
struct Item: Sendable {
  let value: any Value
  /// Nil for a value that the text itself says, such as `3`.
  let step: Step?
}

/// A value on its way through an expression, with the text that would make it again.
struct Term {
  let value: any Value
  var parts: [Part]

  enum Part {
    case text(String)
    /// A literal; the parameter is nil in an expression.
    case literal(String, parameter: String?)
    /// A value that the text itself says; written down only where it is needed.
    case constant(any Value)
    case step(Step, Step.Place)
    /// A call of a function of the session.
    case function(String)
  }

  init(_ value: any Value, _ parts: [Part]) {
    self.value = value
    self.parts = parts
  }

  init(_ item: Item) {
    value = item.value
    parts = [item.step.map { .step($0, .operand) } ?? .constant(item.value)]
  }

  /// The parts where an operator stands beside them: `-70 ^ 2` would be another number than that of a variable which is -70.
  var operand: [Part] {
    guard parts.count == 1, case .constant(let value) = parts[0] else { return parts }
    let isPlain = !(value is Steps) && !Canonical.inExpression(value).hasPrefix("-")
    return isPlain ? parts : [.text("("), parts[0], .text(")")]
  }

  /// The value as something of its own: the step it came from, a new step where an expression made it, or no step where the text says it all.
  var item: Item {
    if parts.count == 1, case .step(let step, _) = parts[0] { return Item(value: value, step: step) }
    let isConstant = parts.allSatisfy { part in
      switch part {
      case .text, .literal, .constant: true
      case .step, .function: false
      }
    }
    if isConstant { return Item(value: value, step: nil) }
    let (pieces, parents) = Canonical.pieces(parts, parents: [])
    return Item(value: value, step: Step(command: nil, pieces: pieces, parents: parents, isPiped: false, value: value))
  }
}

/// What `catch` hands over.
enum Failure {
  static let type = ValueType.record(["code", "message"].map { ValueType.RecordField(name: $0, type: .of(String.self)) })
  static func record(_ diagnostic: Diagnostic) -> Record { Record([("code", diagnostic.code), ("message", diagnostic.message)]) }
}

/// Writes values and parts the one way they are recorded.
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

  /// Parts with their steps as parents, after those that are there already.
  static func pieces(_ parts: [Term.Part], parents: [Step]) -> (pieces: [Step.Piece], parents: [Step]) {
    var parents = parents
    var pieces: [Step.Piece] = []
    func append(_ text: String) {
      if case .text(let before)? = pieces.last { pieces[pieces.count - 1] = .text(before + text) } else { pieces.append(.text(text)) }
    }
    for part in parts {
      switch part {
      case .text(let text): append(text)
      case .literal(let text, let parameter): pieces.append(.literal(text, parameter: parameter))
      case .constant(let value): pieces.append(.literal(inExpression(value), parameter: nil))
      case .function(let name): pieces.append(.function(name))
      case .step(let step, let place):
        let index = parents.firstIndex { $0 === step } ?? parents.count
        if index == parents.count { parents.append(step) }
        pieces.append(.parent(index, place))
      }
    }
    return (pieces, parents)
  }
}
