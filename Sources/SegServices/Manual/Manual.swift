import Basics
import SegLang
import SegValues

/// Help and manual, written from the signature table.
public enum Manual {
  /// All commands by category, a line each.
  /// - Parameter columns: where lines are broken, between words; nil: nowhere.
  public static func list(of registry: Registry, columns: Int? = nil) -> String {
    let width = registry.names.map(\.count).max() ?? 0
    var lines: [String] = []
    for (category, signatures) in registry.categories {
      lines.append(category.name)
      lines += signatures.flatMap { row($0.name, width, $0.summary, columns: columns ?? .max) }
      lines.append("")
    }
    lines += wrapped("?COMMAND explains a command; ? WORD searches the help.", columns: columns ?? .max)
    return joined(lines)
  }

  /// One command: usage, what it does, its parameters, examples.
  public static func page(of signature: Signature, columns: Int = 100) -> String {
    var lines = wrapped("\(signature.name) - \(signature.summary)", columns: columns) + [""]
    lines += hanging("  " + usage(of: signature), by: 6, columns: columns)
    if !signature.command.discussion.isEmpty { lines += [""] + wrapped(signature.command.discussion, columns: columns) }
    let rows = signature.parameters.map { (placeholder(of: $0), description(of: $0)) }
    let width = min(28, rows.map(\.0.count).max() ?? 0)
    if !rows.isEmpty { lines.append("") }
    for (name, text) in rows { lines += row(name, width, text, columns: columns) }
    lines += [""] + wrapped("Returns \(resultText(of: signature)).", columns: columns) + ["", "Examples"]
    for example in signature.command.examples {
      lines += hanging("  \(example.line)", by: 4, columns: columns) + hanging("      \(example.explanation)", by: 6, columns: columns)
    }
    if !signature.command.seeAlso.isEmpty {
      lines += [""] + wrapped("See also: " + signature.command.seeAlso.joined(separator: ", "), columns: columns)
    }
    return joined(lines)
  }

  /// `IMAGE | threshold LEVEL [within=MASK]`.
  public static func usage(of signature: Signature) -> String {
    var parts: [String] = []
    if let input = signature.input { parts.append(upper(input) + " |") }
    parts.append(signature.name)
    parts += signature.bindings.map { $0.isOptional ? "[NAME=VALUES]" : "NAME=VALUES" }
    for parameter in signature.positional { parts.append(parameter.isOptional ? "[\(upper(parameter))]" : upper(parameter)) }
    for parameter in signature.options {
      let text = "\(parameter.name)=\(typeWord(parameter))"
      parts.append(parameter.isOptional || parameter.role == .ancestor ? "[\(text)]" : text)
    }
    return parts.joined(separator: " ")
  }

  private static func upper(_ parameter: Signature.Parameter) -> String { parameter.name.uppercased().replacing("_", with: "-") }

  private static func typeWord(_ parameter: Signature.Parameter) -> String {
    let choices = listedChoices(of: parameter)
    if parameter.type == .of(Bool.self) { return "true|false" }
    return choices.isEmpty || choices.count > 6 ? upper(parameter) : choices.map(\.name).joined(separator: "|")
  }

  /// The words that fit; none for models and lessons, which depend on the machine, and commands, which have a list of their own.
  private static func listedChoices(of parameter: Signature.Parameter) -> [ChoiceName] {
    let isListedElsewhere = parameter.type.named is any ListedElsewhere.Type
    return isListedElsewhere || parameter.type == .of(Bool.self) ? [] : parameter.choices
  }

  package static func placeholder(of parameter: Signature.Parameter) -> String {
    switch parameter.role {
    case .input, .argument: upper(parameter)
    case .binding: "NAME="
    case .option, .ancestor: parameter.name + "="
    }
  }

  /// Help, type, range, choices and default in sentences.
  package static func description(of parameter: Signature.Parameter) -> String {
    var parts = [parameter.help]
    let choices = listedChoices(of: parameter)
    if parameter.role == .input {
      parts.append("Piped, or first argument: \(parameter.type).")
    } else if choices.isEmpty {
      parts.append("\(parameter.type)\(range(of: parameter)).")
    } else {
      let words = choices.map { $0.help.isEmpty ? $0.name : "\($0.name) (\($0.help))" }.joined(separator: ", ")
      let type = otherTypes(parameter.type)
      parts.append(type.isEmpty ? "One of: \(words)." : "\(type), or one of: \(words).")
    }
    if parameter.role == .ancestor { parts.append("Default: taken from the history of the input.") }
    if let literal = parameter.declaration.defaultLiteral { parts.append("Default: \(literal).") }
    return parts.joined(separator: " ")
  }

  /// What a parameter with choices takes beside them.
  private static func otherTypes(_ type: ValueType) -> String {
    let members = if case .union(let members) = type { members } else { [type] }
    return members.map(\.description).filter { $0 != "Choice" && $0 != ColorWord.typeName }.alternatives
  }

  private static func range(of parameter: Signature.Parameter) -> String {
    guard let range = parameter.declaration.range else { return "" }
    let unit = parameter.type == .of(Length.self) ? "px" : parameter.type == .of(Angle.self) ? "deg" : ""
    return ", \(bound(range.lowerBound)) to \(bound(range.upperBound))\(unit.isEmpty ? "" : " " + unit)"
  }

  /// A number with commas between thousands: "268,435,456".
  private static func bound(_ value: Double) -> String {
    Int(exactly: value).map(NumberFormat.grouped) ?? NumberFormat.exact(value)
  }

  package static func resultText(of signature: Signature) -> String {
    let type = signature.command.declaredOutputType
    if case .union = type, signature.command.outputType(for: signature.input?.type) == type, let input = signature.input, input.type == type
    {
      return "the type of its input: \(type)"
    }
    switch type {
    case .nothing: return "nothing"
    case .anything: return "a value"
    case .list: return "a \(type)"
    default: return type.description.withArticle
    }
  }

  package static func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

  package static func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

  /// A name and what it means in a column behind it, or below it where there is little room.
  package static func row(_ name: String, _ width: Int, _ text: String, columns: Int) -> [String] {
    let indent = width + 4
    guard columns >= indent + 24 else { return ["  " + name] + hanging("      " + text, by: 6, columns: columns) }
    let body = wrapped(text, columns: columns - indent)
    return ["  " + padded(name, width) + "  " + (body.first ?? "")] + body.dropFirst().map { String(repeating: " ", count: indent) + $0 }
  }

  /// A line that starts with blanks, broken between words where it is too long.
  private static func hanging(_ line: String, by indent: Int, columns: Int) -> [String] {
    guard line.count > columns else { return [line] }
    let start = line.prefix { $0 == " " }
    let body = wrapped(String(line.dropFirst(start.count)), columns: max(20, columns - indent))
    return body.enumerated().map { ($0 == 0 ? start : String(repeating: " ", count: indent)[...]) + $1 }
  }

  /// The text in lines of at most so many characters, broken at blanks.
  package static func wrapped(_ text: String, columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > columns {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
