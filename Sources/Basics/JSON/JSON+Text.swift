extension JSON: CustomStringConvertible {
  /// The value on one line, without blanks: headers of weights, training logs, evaluations, annotations. Numbers that JSON cannot hold (NaN,
  /// infinities) become `null`, and whole numbers of 15 digits or fewer have no decimals.
  public var description: String { written(.compact) }

  /// The value on one line, with a blank after each comma and colon: what the language prints and saves, locks and recipes. NaN and infinities become
  /// `null`, whole numbers up to 2^53 have no decimals, and what a terminal would obey is escaped (see ``TerminalText``).
  public var text: String { written(.spaced) }

  private func written(_ style: JSONWriter.Style) -> String {
    var writer = JSONWriter(style: style)
    writer.write(self)
    return writer.text
  }
}

private struct JSONWriter {
  enum Style {
    case compact
    case spaced
  }

  let style: Style
  var text = ""

  private var comma: String { style == .compact ? "," : ", " }
  private var colon: String { style == .compact ? ":" : ": " }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += number(value)
    case .string(let value): write(value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += comma }
        write(value)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += comma }
        write(member.key)
        text += colon
        write(member.value)
      }
      text += "}"
    }
  }

  private func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if style == .spaced { return NumberFormat.exact(value) }
    if abs(value) < 1e15, let integer = Int(exactly: value) { return "\(integer)" }
    return "\(value)"
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where style == .compact ? scalar.value < 0x20 : TerminalText.isUnsafe(scalar):
        // Beyond the first plane JSON writes a surrogate pair.
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
