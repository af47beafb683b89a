import ImageOps
import SegLang

/// A color by name or as `#rrggbb`.
package struct ColorWord: Value, Hashable {
  package let rgb: RGB
  package let oneLine: String

  package static let typeName = "Color"
  package static let typeHelp = "A color: a name, or #rrggbb. The names before red are safe for color-blind readers."
  package static var literalHint: String? { "a color such as orange or #e69f00" }
  package static var choices: [ChoiceName] { NamedColor.allCases.map { ChoiceName($0.rawValue) } }

  package static func read(_ literal: Literal) throws(LiteralProblem) -> ColorWord {
    guard let rgb = RGB(literal.text) else { throw .unknownChoice(literal.text, choices: choices.map(\.name)) }
    return ColorWord(rgb: rgb, oneLine: literal.text.lowercased())
  }

  package var literal: String? { oneLine }
}
