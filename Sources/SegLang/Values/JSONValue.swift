/// A JSON value that is always written the same way: fields keep their order, numbers take their shortest exact form.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number; one that is not finite is written as `null`.
  case number(Double)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object with its fields in order.
  case object([(String, JSONValue)])

  /// The value as one line of JSON. Numbers that are not finite are written as `null`.
  public var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  /// Number of values, nested ones included, that are not finite and are written as `null`.
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
