import ImageOps
import SegLang

/// A color by name or as `#rrggbb`.
struct ColorWord: Value, Hashable {
  let rgb: RGB
  let oneLine: String

  static let typeName = "Color"
  static let typeHelp = "A color: a name, or #rrggbb. The names before red are safe for color-blind readers."
  static var literalHint: String? { "a color such as orange or #e69f00" }
  static var choices: [ChoiceName] { NamedColor.allCases.map { ChoiceName($0.rawValue) } }

  static func read(_ literal: Literal) throws(LiteralProblem) -> ColorWord {
    guard let rgb = RGB(literal.text) else { throw .unknownChoice(literal.text, choices: choices.map(\.name)) }
    return ColorWord(rgb: rgb, oneLine: literal.text.lowercased())
  }

  var literal: String? { oneLine }
}
