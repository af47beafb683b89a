/// JSON, written the same way every time: fields in their order, numbers in their shortest exact form.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  /// One line of JSON. Not-a-number and infinities are written as null.
  public var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  /// How many numbers are not finite, and so are written as null.
  public var notFiniteCount: Int {
    switch self {
    case .number(let value): value.isFinite ? 0 : 1
    case .array(let items): items.reduce(0) { $0 + $1.notFiniteCount }
    case .object(let fields): fields.reduce(0) { $0 + $1.1.notFiniteCount }
    case .null, .bool, .string: 0
    }
  }

  private func write(to result: inout String) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .number(let value): result += value.isFinite ? numberText(value) : "null"
    case .string(let value): JSONValue.write(value, to: &result)
    case .array(let items):
      result += "["
      for (index, item) in items.enumerated() {
        if index > 0 { result += ", " }
        item.write(to: &result)
      }
      result += "]"
    case .object(let fields):
      result += "{"
      for (index, field) in fields.enumerated() {
        if index > 0 { result += ", " }
        JSONValue.write(field.0, to: &result)
        result += ": "
        field.1.write(to: &result)
      }
      result += "}"
    }
  }

  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if TerminalText.isUnsafe(scalar) {
          // Beyond the first plane JSON writes a surrogate pair.
          for unit in String(scalar).utf16 {
            let hex = String(unit, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
          }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    result += "\""
  }
}
