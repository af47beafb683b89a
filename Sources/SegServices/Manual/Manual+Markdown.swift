import SegLang

extension Manual {
  /// The reference manual: every command and every type, from the signature table.
  public static func markdown(of registry: Registry) -> String {
    var lines = [
      "# Commands", "",
      "Generated from the command declarations; do not edit. At the prompt, `?COMMAND` shows the same text.", "",
    ]
    for (category, signatures) in registry.categories {
      lines.append("- **\(category.name):** " + signatures.map { "[\($0.name)](#\($0.name))" }.joined(separator: ", "))
    }
    lines += ["- [Types](#types)", ""]
    for (category, signatures) in registry.categories {
      lines += ["## \(category.name)", ""]
      for signature in signatures { lines += section(of: signature) }
    }
    lines += types(of: registry)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The section of one command, without links to other sections.
  package static func markdown(of signature: Signature) -> String { section(of: signature, isLinked: false).joined(separator: "\n") }

  private static func section(of signature: Signature, isLinked: Bool = true) -> [String] {
    var lines = ["### \(signature.name)", "", signature.summary, "", "```", usage(of: signature), "```", ""]
    if !signature.command.discussion.isEmpty { lines += [signature.command.discussion, ""] }
    if !signature.parameters.isEmpty {
      lines += ["| parameter | meaning |", "| --- | --- |"]
      lines += signature.parameters.map { "| `\(placeholder(of: $0))` | \(escaped(description(of: $0))) |" }
      lines.append("")
    }
    lines += ["Returns \(resultText(of: signature)).", "", "```"]
    for example in signature.command.examples { lines += ["# \(example.explanation)", example.line] }
    lines += ["```", ""]
    if !signature.command.seeAlso.isEmpty {
      lines += ["See also: " + signature.command.seeAlso.map { isLinked ? "[\($0)](#\($0))" : "`\($0)`" }.joined(separator: ", "), ""]
    }
    return lines
  }

  private static func types(of registry: Registry) -> [String] {
    var lines = ["## Types", ""]
    for name in registry.types.keys.sorted() {
      guard let type = registry.types[name] else { continue }
      lines += ["### \(name)", ""]
      if !type.typeHelp.isEmpty { lines += [type.typeHelp, ""] }
      if !type.properties.isEmpty {
        lines += ["| property | type | meaning |", "| --- | --- | --- |"]
        lines += type.properties.map { "| `\($0.name)` | \($0.type) | \(escaped($0.help)) |" }
        lines.append("")
      }
      let targets = type.conversions.map { $0.target.description }
      if !targets.isEmpty { lines += ["Accepted as: \(targets.joined(separator: ", ")).", ""] }
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
