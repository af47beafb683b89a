/// An enum whose cases are choices: `extension Footprint.Shape: Choice {}`. Case names become words with hyphens (`localMean` → `local-mean`).
public protocol Choice: Value, CaseIterable, RawRepresentable where RawValue == String {
  /// Meaning of the choice in a few words; empty when the name is clear.
  var choiceHelp: String { get }
}

extension Choice {
  /// Default: no help text.
  public var choiceHelp: String { "" }
  /// `Choice`, the type name that all choice types share.
  public static var typeName: String { "Choice" }
  /// The words of the type, for messages: `one of: disk square`.
  public static var literalHint: String? { "one of: " + choices.map(\.name).joined(separator: " ") }
  /// The words in the order of the cases, each with its help.
  public static var choices: [ChoiceName] { allCases.map { ChoiceName(Words.joined($0.rawValue, by: "-"), $0.choiceHelp) } }
  /// Reads one of the words, bare or quoted.
  /// - Throws: `LiteralProblem.unknownChoice` for any other text.
  public static func read(_ literal: Literal) throws(LiteralProblem) -> Self {
    for choice in allCases where Words.joined(choice.rawValue, by: "-") == literal.text { return choice }
    throw .unknownChoice(literal.text, choices: choices.map(\.name))
  }
  /// Accepts a value of the type itself, or a text that is one of its words.
  /// - Throws: `BindingProblem.wrongType` for other types; `LiteralProblem.unknownChoice` for other texts.
  public static func bind(_ value: any Value) throws -> Self {
    if let same = value as? Self { return same }
    guard let text = value as? String else { throw BindingProblem.wrongType(expected: valueType, found: type(of: value).valueType) }
    return try read(Literal(text))
  }
  /// The word of the choice: the case name with hyphens.
  public var oneLine: String { Words.joined(rawValue, by: "-") }
  /// The same word as `oneLine`.
  public var literal: String? { oneLine }
}

/// Splits Swift's joined-up names into the language's.
enum Words {
  /// `leftLung` → `left_lung`, `MorphOpen` → `morph-open`, `HMaxima` → `h-maxima`.
  static func joined(_ name: String, by separator: Character) -> String {
    func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    let bytes = Array(name.utf8)
    var result: [UInt8] = []
    var previous: UInt8 = 0x5F
    for (index, byte) in bytes.enumerated() {
      let endsCapitals = index + 1 < bytes.count && !isUpper(bytes[index + 1]) && bytes[index + 1] != 0x5F
      if isUpper(byte), previous != 0x5F, !isUpper(previous) || endsCapitals { result += String(separator).utf8 }
      result += byte == 0x5F ? Array(String(separator).utf8) : [isUpper(byte) ? byte | 0x20 : byte]
      previous = byte
    }
    return String(decoding: result, as: UTF8.self)
  }
}
