/// What can be called: a command or a function, as the resolver sees it.
struct Callee: Sendable {
  let name: String
  let slots: [Slot]
  /// The present name of an option by its former one.
  var renamedOptions: [String: String] = [:]
  /// The present choice by option and former choice.
  var renamedChoices: [String: [String: String]] = [:]

  struct Slot: Sendable {
    let name: String
    let role: ParameterRole
    let type: ValueType
    /// Reads literals; nil for a type that has none.
    let reader: (any Bindable.Type)?
    let isOptional: Bool
    let range: ClosedRange<Double>?
    /// Whether a line that names no input may give it a value of this type.
    var takesImplicitly: @Sendable (any Value.Type) -> Bool = { _ in true }
    /// What a block in the slot has to give; nil where none is taken.
    var blockResult: ValueType?

    /// The types whose literals the slot reads.
    private var valueTypes: [any Value.Type] {
      if let reader = reader as? any Value.Type { return [reader] }
      if case .union(let members) = type { return members.compactMap(\.named) }
      return type.named.map { [$0] } ?? []
    }
    var choices: [ChoiceName] { valueTypes.flatMap { $0.choices } }
    var hint: String? {
      let hints = valueTypes.compactMap { $0.literalHint }
      return hints.isEmpty ? nil : hints.joined(separator: ", or ")
    }
    /// A name for messages: choices have no type name of their own.
    var typeText: String { valueTypes.count == 1 && valueTypes[0] is any Choice.Type ? "choice" : type.description }
    /// Whether a block may stand here. One that takes any value takes none: a block is no data.
    var takesBlock: Bool { type == .of(Closure.self) }
    var isTruth: Bool { type == .of(Bool.self) }
  }

  init(_ signature: Signature) {
    name = signature.name
    slots = signature.parameters.map {
      Slot(
        name: $0.name, role: $0.role, type: $0.type, reader: $0.declaration.wrapped, isOptional: $0.isOptional || $0.role == .ancestor,
        range: $0.declaration.range, takesImplicitly: { signature.command.takesImplicitly($0) }, blockResult: $0.declaration.blockResult)
    }
  }

  init(name: String, slots: [Slot]) {
    self.name = name
    self.slots = slots
  }

  /// "threshold [level] method=… within=…"
  var usage: String {
    ([name]
      + slots.compactMap { slot in
        switch slot.role {
        case .input: nil
        case .argument: slot.isOptional ? "[\(slot.name)]" : slot.name
        case .binding: slot.isOptional ? "[NAME=…]" : "NAME=…"
        case .option, .ancestor: slot.isOptional ? "[\(slot.name)=…]" : "\(slot.name)=…"
        }
      }).joined(separator: " ")
  }
}

/// How each slot of a call is filled.
struct Call: Sendable {
  /// In the order of the callee's slots; nil: the default, or the lineage.
  var fills: [Fill?]
  /// Names of options that the caller chose.
  var bound: [String] { fills.compactMap { if case .binding(let name, _) = $0 { name.text } else { nil } } }

  enum Fill: Sendable {
    case piped
    /// `it`, or what `it` was measured in, since the line says nothing else: ``ImplicitInput``.
    case it
    case literal(any Value)
    case expression(Expression)
    case block(Block)
    /// The value of an option whose name the caller chose.
    indirect case binding(Name, Fill)
    /// Something that does not fit; a diagnostic says why.
    case invalid
  }
}
