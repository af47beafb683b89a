import ImageOps
import SegLang

/// A window or VOI table that a file proposes, by number or name.
package struct WindowPreset: Value, Hashable {
  package let oneLine: String

  package static let typeName = "Preset"
  package static let typeHelp = "A display window stored in the file: its number from 1, or its name (WindowCenterWidthExplanation)."
  package static var literalHint: String? { "the number of a window in the file, from 1, or its name" }

  package static func read(_ literal: Literal) throws(LiteralProblem) -> WindowPreset { WindowPreset(oneLine: literal.text) }

  package var literal: String? { Path(oneLine).literal }

  /// - Throws: `CommandProblem.noSuchPreset`.
  package func voi(of image: GrayImage) throws -> VOI {
    if let number = Int(oneLine), image.voi.indices.contains(number - 1) { return image.voi[number - 1] }
    let wanted = oneLine.lowercased()
    guard let found = image.voi.first(where: { $0.name?.lowercased() == wanted }) else {
      throw CommandProblem.noSuchPreset(
        oneLine, known: image.voi.enumerated().map { index, voi in "\(index + 1)" + (voi.name.map { " (\($0))" } ?? "") })
    }
    return found
  }
}
