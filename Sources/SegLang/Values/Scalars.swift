import Glibc

extension Double: Value {
  public static let typeName = "Number"
  public static var typeHelp: String { "A number; 40% means 0.4." }
  public static var literalHint: String? { "a number such as 0.4 or 40%" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Double {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    switch unit {
    case "": return value
    case "%": return value / 100
    default: throw .unknownUnit(unit, expected: ["no unit", "%"])
    }
  }
  public static var conversions: [Conversion] { [Conversion { (value: Double) in Intensity.raw(value) }] }
  public static var operations: [Operation] { QuantityOperations.number }
  public var oneLine: String { numberText(self) }
  public var literal: String? { isFinite ? numberText(self) : nil }
  public var magnitude: Double? { self }
  public var json: JSONValue { .number(self) }
}

/// A whole number as a parameter or property; in the language it is a Number.
extension Int: Value {
  public static let typeName = "Number"
  public static var valueType: ValueType { .of(Double.self) }
  public static var literalHint: String? { "a whole number" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Int {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    guard unit.isEmpty else { throw .unknownUnit(unit, expected: ["no unit"]) }
    guard let whole = Int(exactly: value) else { throw .notWhole(literal.text) }
    return whole
  }
  public static func bind(_ value: any Value) throws -> Int {
    if let whole = value as? Int { return whole }
    let number = try Double.bind(value)
    guard let whole = Int(exactly: number) else { throw BindingProblem.notWhole(number) }
    return whole
  }
  public var oneLine: String { String(self) }
  public var literal: String? { String(self) }
  public var magnitude: Double? { Double(self) }
  public var json: JSONValue { .number(Double(self)) }
  public var asValue: (any Value)? { Double(self) }
}

extension Bool: Value {
  public static let typeName = "Bool"
  public static var typeHelp: String { "True or false." }
  public static var literalHint: String? { "true or false" }
  public static var choices: [ChoiceName] { [ChoiceName("true"), ChoiceName("false")] }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Bool {
    switch literal.text {
    case "true", "yes": return true
    case "false", "no": return false
    default: throw .notALiteral
    }
  }
  public static var operations: [Operation] { QuantityOperations.bool }
  public var oneLine: String { self ? "true" : "false" }
  public var literal: String? { oneLine }
  public var json: JSONValue { .bool(self) }
}

extension String: Value {
  public static let typeName = "Text"
  public static var typeHelp: String { "Text." }
  public static var literalHint: String? { "text, in quotes if it contains spaces" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> String { literal.text }
  public static var conversions: [Conversion] {
    [Conversion { (text: String) in Path(text) }, Conversion { (text: String) in Glob(text) }]
  }
  public static var operations: [Operation] { QuantityOperations.text }
  public static var properties: [Property] { [Property("count", "Number of characters.") { (text: String) in text.count }] }
  public var oneLine: String { self }
  public var literal: String? { Quoting.quoted(self) }
  public var json: JSONValue { .string(self) }
}

/// A file or folder, as written: `~` is expanded where the path is used.
public struct Path: Value, Hashable {
  public let text: String
  public init(_ text: String) { self.text = text }
  public static let typeName = "Path"
  public static let typeHelp = "A file or folder."
  public static var literalHint: String? { "a file name, in quotes if it contains spaces" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Path { Path(literal.text) }
  public static var conversions: [Conversion] {
    [Conversion { (path: Path) in path.text }, Conversion { (path: Path) in Glob(path.text) }]
  }
  public static var operations: [Operation] { [] }
  public static var properties: [Property] {
    [
      Property("name", "File name without folders.") { (path: Path) in path.name },
      Property("stem", "File name without folders or extension.") { (path: Path) in path.stem },
      Property("extension", "File name extension: what follows the last dot.") { (path: Path) in path.fileExtension },
    ]
  }
  public var oneLine: String { text }
  public var literal: String? { Quoting.word(text) }
  public var json: JSONValue { .string(text) }

  /// The path with a leading `~` replaced by the home folder.
  public var expanded: String { Home.expanded(text) }
  public var name: String { text.split(separator: "/").last.map(String.init) ?? text }
  public var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
  public var fileExtension: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }
}

/// A pattern of file names with `*`, `?` and `[…]`, matched where it is used.
public struct Glob: Value, Hashable {
  public let pattern: String
  public init(_ pattern: String) { self.pattern = pattern }
  public static let typeName = "Glob"
  public static let typeHelp = "A pattern of file names: * any characters, ? one character."
  public static var literalHint: String? { "a pattern such as cases/*.png" }
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Glob { Glob(literal.text) }
  /// The pattern with a leading `~` replaced by the home folder.
  public var expanded: String { Home.expanded(pattern) }
  public var oneLine: String { pattern }
  public var literal: String? { Quoting.word(pattern) }
  public var json: JSONValue { .string(pattern) }
}

/// The user's folder.
private enum Home {
  static func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME"), home.pointee == CChar(bitPattern: UInt8(ascii: "/")) else {
      return path
    }
    return String(cString: home) + path.dropFirst()
  }
}

/// Quotes text for the language.
enum Quoting {
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "{": result += "\\{"
      case "}": result += "\\}"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          result += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// The text as a bare word where it can be one, else quoted.
  static func word(_ text: String) -> String {
    let special: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r", "|", ";", "(", ")", "{", "}", "\"", "'", "=", ",", "[", "]"]
    let plain = text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 && !special.contains($0) && !$0.properties.isWhitespace }
    return plain && !text.isEmpty && text.first != "#" && !text.hasPrefix("--")
      && text.contains(where: { $0.isLetter || $0 == "/" || $0 == "." }) ? text : quoted(text)
  }
}
