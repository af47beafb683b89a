import Basics
internal import Platform

extension Double: Value {
  /// Name of the type in the language: `Number`.
  public static let typeName = "Number"
  /// Description of the type for help and the manual.
  public static var typeHelp: String { "A number; 40% means 0.4." }
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a number such as 0.4 or 40%" }
  /// Reads `0.4` or `40%`, which is 0.4.
  /// - Throws: `LiteralProblem.notALiteral` for text without a number; `.unknownUnit` for any other unit.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Double {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    switch unit {
    case "": return value
    case "%": return value / 100
    default: throw .unknownUnit(unit, expected: ["no unit", "%"])
    }
  }
  /// Conversion to an intensity, as a raw value.
  public static var conversions: [Conversion] { [Conversion { (value: Double) in Intensity.raw(value) }] }
  /// Functions of a number; a value that is not a real number is an error.
  public static var properties: [Property] {
    func function(_ name: String, _ help: String, _ function: @escaping @Sendable (Double) -> Double) -> Property {
      Property(name, help) { (number: Double) in try QuantityOperations.finite(function(number)) }
    }
    return [
      function("abs", "Absolute value.") { Swift.abs($0) }, function("sqrt", "Square root.") { $0.squareRoot() },
      function("log", "Natural logarithm.") { $0 > 0 ? log($0) : .nan }, function("exp", "Exponential function.") { exp($0) },
      function("round", "Nearest whole number; halves are rounded away from 0.") { $0.rounded() },
      function("floor", "Largest whole number that is not greater.") { $0.rounded(.down) },
      function("ceil", "Smallest whole number that is not less.") { $0.rounded(.up) },
    ]
  }
  /// Arithmetic and comparisons. A result that is not finite is an error.
  public static var operations: [Operation] { QuantityOperations.number }
  /// The number as `numberText(_:)` writes it.
  public var oneLine: String { NumberFormat.exact(self) }
  /// The number as a literal; nil when it is not finite.
  public var literal: String? { isFinite ? NumberFormat.exact(self) : nil }
  /// The number itself.
  public var magnitude: Double? { self }
  /// A JSON number.
  public var json: JSON { .number(self) }
}

/// A whole number as a parameter or property; in the language it is a Number.
extension Int: Value {
  /// Name of the type in the language: `Number`, as for `Double`.
  public static let typeName = "Number"
  /// The type of `Double`: the language has one number type.
  public static var valueType: ValueType { .of(Double.self) }
  /// Description of a literal, for messages.
  public static var literalHint: String? { "a whole number" }
  /// Reads a whole number without a unit.
  /// - Throws: `LiteralProblem.notALiteral` for text without a number, `.unknownUnit` for a unit, or `.notWhole` for a fraction.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Int {
    guard let (value, unit) = literal.number else { throw .notALiteral }
    guard unit.isEmpty else { throw .unknownUnit(unit, expected: ["no unit"]) }
    guard let whole = Int(exactly: value) else { throw .notWhole(literal.text) }
    return whole
  }
  /// Accepts a whole number.
  /// - Throws: `BindingProblem.notWhole` for a fraction; `.wrongType` for a value that is not a number.
  public static func bind(_ value: any Value) throws -> Int {
    if let whole = value as? Int { return whole }
    let number = try Double.bind(value)
    guard let whole = Int(exactly: number) else { throw BindingProblem.notWhole(number) }
    return whole
  }
  /// The number in decimal digits.
  public var oneLine: String { String(self) }
  /// The number in decimal digits.
  public var literal: String? { String(self) }
  /// The number itself.
  public var magnitude: Double? { Double(self) }
  /// A JSON number.
  public var json: JSON { .number(Double(self)) }
  /// The number as a `Double`.
  public var asValue: (any Value)? { Double(self) }
}

extension Bool: Value {
  /// Name of the type in the language: `Bool`.
  public static let typeName = "Bool"
  /// Description of the type for help and the manual.
  public static var typeHelp: String { "True or false." }
  /// Example of a literal, for messages.
  public static var literalHint: String? { "true or false" }
  /// `true` and `false`.
  public static var choices: [ChoiceName] { [ChoiceName("true"), ChoiceName("false")] }
  /// Reads `true`, `yes`, `false` or `no`.
  /// - Throws: `LiteralProblem.notALiteral` for any other text.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Bool {
    switch literal.text {
    case "true", "yes": return true
    case "false", "no": return false
    default: throw .notALiteral
    }
  }
  /// Logical operators and equality.
  public static var operations: [Operation] { QuantityOperations.bool }
  /// `true` or `false`.
  public var oneLine: String { self ? "true" : "false" }
  /// `true` or `false`.
  public var literal: String? { oneLine }
  /// A JSON Boolean.
  public var json: JSON { .bool(self) }
}

extension String: Value {
  /// Name of the type in the language: `Text`.
  public static let typeName = "Text"
  /// Description of the type for help and the manual.
  public static var typeHelp: String { "Text." }
  /// Description of a literal, for messages.
  public static var literalHint: String? { "text, in quotes if it contains spaces" }
  /// Accepts any text; never throws.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> String { literal.text }
  /// Conversions to a path and to a glob.
  public static var conversions: [Conversion] {
    [Conversion { (text: String) in Path(text) }, Conversion { (text: String) in Glob(text) }]
  }
  /// Concatenation with `+`, and comparisons.
  public static var operations: [Operation] { QuantityOperations.text }
  /// `count`, forms of the text, and parts of the path that it names.
  public static var properties: [Property] {
    [
      Property("count", "Number of characters.") { (text: String) in text.count },
      Property("lower", "The text in lowercase.") { (text: String) in text.lowercased() },
      Property("upper", "The text in uppercase.") { (text: String) in text.uppercased() },
      Property("trimmed", "The text without blanks at both ends.") { (text: String) in
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
      },
      Property("number", "The number that the text states; nothing if it states none.") { (text: String) in
        Literal(text).number.flatMap { $0.unit.isEmpty ? $0.value : nil }
      },
      Property("name", "File name without folders.") { (text: String) in Path(text).name },
      Property("stem", "File name without folders or extension.") { (text: String) in Path(text).stem },
      Property("extension", "File name extension: what follows the last dot.") { (text: String) in Path(text).fileExtension },
    ]
  }
  /// `text[place]` and `text[first..last]`, characters counted from 0.
  public static var indexing: Indexing? {
    @Sendable func part(_ text: String, _ range: ClosedRange<Int>) throws -> String {
      let characters = Array(text)
      return String(characters[try range.checked(count: characters.count)])
    }
    return Indexing(1) { (text: String, at) in
      try part(text, at[0]...at[0])
    } slice: { (text: String, ranges) in
      try part(text, ranges[0])
    }
  }
  /// The text itself, line breaks included.
  public var oneLine: String { self }
  /// The text in quotes, with escape sequences.
  public var literal: String? { Quoting.quoted(self) }
  /// A JSON string.
  public var json: JSON { .string(self) }
}

/// The path of a file or folder, as written. A leading `~` is expanded only where the path is used.
public struct Path: Value, Hashable {
  /// The path as written.
  public let text: String
  /// Creates a path from its text.
  public init(_ text: String) { self.text = text }
  /// Name of the type in the language: `Path`.
  public static let typeName = "Path"
  /// Description of the type for help and the manual.
  public static let typeHelp = "A file or folder."
  /// Description of a literal, for messages.
  public static var literalHint: String? { "a file name, in quotes if it contains spaces" }
  /// Accepts any text; never throws.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Path { Path(literal.text) }
  /// Conversions to text and to a glob.
  public static var conversions: [Conversion] {
    [Conversion { (path: Path) in path.text }, Conversion { (path: Path) in Glob(path.text) }]
  }
  /// No operators.
  public static var operations: [Operation] { [] }
  /// `name`, `stem` and `extension`.
  public static var properties: [Property] {
    [
      Property("name", "File name without folders.") { (path: Path) in path.name },
      Property("stem", "File name without folders or extension.") { (path: Path) in path.stem },
      Property("extension", "File name extension: what follows the last dot.") { (path: Path) in path.fileExtension },
    ]
  }
  /// The path as written.
  public var oneLine: String { text }
  /// The path as a bare word where possible, else in quotes.
  public var literal: String? { Quoting.word(text) }
  /// A JSON string of the path as written.
  public var json: JSON { .string(text) }

  /// The path with a leading `~` replaced by the home folder.
  public var expanded: String { HomeFolder.expanding(text) }
  /// The last path component; empty for an empty path.
  public var name: String { text.split(separator: "/").last.map(String.init) ?? text }
  /// The file name without its extension. A leading dot does not start an extension.
  public var stem: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
  /// The file name extension without its dot, case kept; empty when there is none.
  public var fileExtension: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }
}

/// A pattern of file names with `*`, `?` and `[…]`, matched where it is used.
public struct Glob: Value, Hashable {
  /// The pattern as written.
  public let pattern: String
  /// Creates a glob from its pattern.
  public init(_ pattern: String) { self.pattern = pattern }
  /// Name of the type in the language: `Glob`.
  public static let typeName = "Glob"
  /// Description of the type for help and the manual.
  public static let typeHelp = "A pattern of file names: * any characters, ? one character, [abc] one of these, ** any folders."
  /// Example of a literal, for messages.
  public static var literalHint: String? { "a pattern such as cases/*.png" }
  /// Accepts any text; never throws.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Glob { Glob(literal.text) }
  /// The pattern with a leading `~` replaced by the home folder.
  public var expanded: String { HomeFolder.expanding(pattern) }
  /// The pattern as written.
  public var oneLine: String { pattern }
  /// The pattern as a bare word where possible, else in quotes.
  public var literal: String? { Quoting.word(pattern) }
  /// A JSON string of the pattern.
  public var json: JSON { .string(pattern) }
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
