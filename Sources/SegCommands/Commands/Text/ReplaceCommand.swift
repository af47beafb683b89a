import SegLang
import SegValues

/// `replace`: a part of a text by another.
struct ReplaceCommand: Command {
  static let category = Category.text
  static let summary = "Replaces every occurrence of a text in a text."
  static let discussion = "Upper and lower case differ."
  static let examples = [
    Example("name = \"p01_AP.png\"; name.stem | replace _ -", "Replaces a character in a file name."),
    Example("\"p01_AP\" | replace _AP \"\"", "Removes an ending."),
  ]
  static let seeAlso = ["contains", "starts-with"]
  static let keywords = ["text", "substitute", "rename", "string"]

  @Input("Text to change.") var text: String
  @Argument("Text to replace.") var old: String
  @Argument("Text to put in its place.") var new: String

  func run(_ context: Context) throws -> String {
    guard !old.isEmpty else { throw CommandProblem.outOfRange("old", "empty", "a text of at least one character") }
    return text.replacing(old, with: new)
  }
}
