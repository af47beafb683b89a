/// Help and manual of a command, from its signature.
public struct HelpText: Sendable {
  public let signature: Signature
  public init(_ signature: Signature) { self.signature = signature }

  /// "Mask | morph-open [radius=…] [shape=…]"
  public var usage: String {
    let call = Callee(signature).usage
    return signature.input.map { "\(Self.typeText($0)) | \(call)" } ?? call
  }

  public var outputType: ValueType { signature.command.declaredOutputType }

  /// What a parameter takes, in a few words: "Length, 0.5px..500px, default 1px. Radius of the footprint."
  public static func oneLine(_ parameter: Signature.Parameter) -> String {
    var parts = [typeText(parameter)]
    if let range = rangeText(parameter) { parts.append(range) }
    if let standard = parameter.declaration.defaultLiteral { parts.append("default \(standard)") }
    return parts.joined(separator: ", ") + ". " + parameter.help
  }

  static func typeText(_ parameter: Signature.Parameter) -> String {
    if case .union(let members) = parameter.type {
      return members.map { member in
        let choices = member.named.map { $0.choices } ?? []
        return choices.isEmpty || member == .of(Bool.self) ? member.description : choices.map(\.name).joined(separator: "|")
      }.joined(separator: " or ")
    }
    guard !parameter.choices.isEmpty, parameter.type != .of(Bool.self) else { return parameter.type.description }
    return parameter.choices.map(\.name).joined(separator: "|")
  }

  static func rangeText(_ parameter: Signature.Parameter) -> String? {
    guard let range = parameter.declaration.range else { return nil }
    let unit = parameter.type == .of(Length.self) ? "px" : parameter.type == .of(Angle.self) ? "deg" : ""
    return "\(numberText(range.lowerBound))\(unit)..\(numberText(range.upperBound))\(unit)"
  }

  private func facts(_ parameter: Signature.Parameter) -> String {
    var parts: [String] = []
    if let range = Self.rangeText(parameter) { parts.append(range) }
    if let standard = parameter.declaration.defaultLiteral {
      parts.append("default \(standard)")
    } else if parameter.role == .ancestor {
      parts.append("default: what the input was made from")
    } else if parameter.isOptional {
      parts.append("may be left out")
    }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }

  private func label(_ parameter: Signature.Parameter) -> String {
    switch parameter.role {
    case .input: "\(parameter.name) (piped)"
    case .argument: parameter.name
    case .option, .ancestor: "\(parameter.name)="
    }
  }

  /// Help for a terminal.
  public var text: String {
    var lines = ["\(signature.name): \(signature.summary)", "usage: \(usage)", "gives: \(outputType)"]
    if !signature.command.discussion.isEmpty { lines += ["", signature.command.discussion] }
    if !signature.parameters.isEmpty {
      lines.append("")
      let width = signature.parameters.map { label($0).count }.max() ?? 0
      for parameter in signature.parameters {
        let label = label(parameter)
        let pad = String(repeating: " ", count: width - label.count + 2)
        lines.append("  \(label)\(pad)\(Self.typeText(parameter)). \(parameter.help)\(facts(parameter))")
        for choice in parameter.choices where !choice.help.isEmpty {
          lines.append(String(repeating: " ", count: width + 6) + "\(choice.name): \(choice.help)")
        }
      }
    }
    if !signature.command.examples.isEmpty {
      lines.append("")
      for example in signature.command.examples {
        lines.append("  \(example.line)")
        if !example.explanation.isEmpty { lines.append("      \(example.explanation)") }
      }
    }
    if !signature.command.seeAlso.isEmpty { lines += ["", "see also: " + signature.command.seeAlso.joined(separator: " ")] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A section of the manual.
  public var markdown: String {
    var lines = ["### `\(signature.name)`", "", signature.summary, ""]
    if !signature.command.discussion.isEmpty { lines += [signature.command.discussion, ""] }
    lines += ["    \(usage)", "", "Gives: \(outputType)", ""]
    if !signature.parameters.isEmpty {
      lines += ["| parameter | takes | |", "| --- | --- | --- |"]
      for parameter in signature.parameters {
        let type = Self.typeText(parameter).replacing("|", with: ", ")
        lines.append("| `\(label(parameter))` | \(type) | \(parameter.help)\(facts(parameter)) |")
      }
      lines.append("")
    }
    for example in signature.command.examples {
      if !example.explanation.isEmpty { lines += [example.explanation, ""] }
      lines += ["    \(example.line)", ""]
    }
    if !signature.command.seeAlso.isEmpty {
      lines += ["See also: " + signature.command.seeAlso.map { "`\($0)`" }.joined(separator: ", "), ""]
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// The whole command reference, by category.
  public var manual: String {
    var result = "# Commands\n\nGenerated from the commands' own declarations.\n\n"
    for (category, signatures) in categories {
      result += "## \(category.name)\n\n"
      for signature in signatures { result += HelpText(signature).markdown + "\n" }
    }
    while result.hasSuffix("\n\n") { result.removeLast() }
    return result
  }

  /// Commands whose name, summary, parameters or examples hold a word, the closest first.
  public func search(_ word: String) -> [Signature] {
    let wanted = word.lowercased()
    guard !wanted.isEmpty else { return [] }
    func rank(_ signature: Signature) -> Int? {
      if signature.name.contains(wanted) { return 0 }
      if signature.summary.lowercased().contains(wanted) || signature.category.name.lowercased().contains(wanted) { return 1 }
      if signature.parameters.contains(where: { $0.name.contains(wanted) || $0.help.lowercased().contains(wanted) }) { return 2 }
      return nil
    }
    return signatures.compactMap { signature in rank(signature).map { (rank: $0, signature: signature) } }
      .sorted { ($0.rank, $0.signature.name) < ($1.rank, $1.signature.name) }.map(\.signature)
  }
}
