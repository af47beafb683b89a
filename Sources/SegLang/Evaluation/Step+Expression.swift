extension Step {
  /// An operand of an expression: a parent and the properties read from it, such as `score.right.percent` in `score.right.percent / 2`.
  public struct Operand: Sendable {
    /// Step of the parent.
    public let step: Step
    /// Names of the properties in order; empty for the value itself.
    public let properties: [String]
  }

  /// The operands of an expression in order; empty for a command.
  public var operands: [Operand] {
    guard command == nil else { return [] }
    return pieces.enumerated().compactMap { index, piece in
      guard case .parent(let parent, _) = piece, parents.indices.contains(parent) else { return nil }
      return operand(at: index, parent)
    }
  }

  /// - Precondition: there is such a parent.
  func operand(at piece: Int, _ parent: Int) -> Operand {
    var properties: [String] = []
    if command == nil, pieces.indices.contains(piece + 1), case .text(let text) = pieces[piece + 1] {
      properties = Self.properties(atStartOf: text)
    }
    return Operand(step: parents[parent], properties: properties)
  }

  /// The operand of an expression that only reads properties, such as `score.right.percent`; nil for any other step.
  public var property: Operand? {
    guard operands.count == 1, let operand = operands.first else { return nil }
    // Parentheses round it do not count.
    var text = written { _, _ in "" }
    while text.hasPrefix("("), text.hasSuffix(")") { text = String(text.dropFirst().dropLast()) }
    return text == operand.properties.map({ "." + $0 }).joined() ? operand : nil
  }

  private static func properties(atStartOf text: String) -> [String] {
    var names: [String] = []
    var rest = Substring(text)
    while rest.first == "." {
      let name = rest.dropFirst().prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      if name.isEmpty { break }
      names.append(String(name))
      rest = rest[name.endIndex...]
    }
    return names
  }
}

extension Step.Operand {
  /// The operand's value; nil when the step's value was not kept or has no such property.
  public var value: (any Value)? {
    var value = step.value
    for name in properties {
      guard let here = value else { return nil }
      value = (here as? Record)?.property(name) ?? (try? TypeTables.of(type(of: here)).property(name)?(here)) ?? nil
    }
    return value
  }
}
