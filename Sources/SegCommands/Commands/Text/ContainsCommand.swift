import SegLang
import SegValues

/// `contains`: whether a text is part of another.
struct ContainsCommand: Command {
  static let category = Category.text
  static let summary = "Returns true if a text contains another text."
  static let discussion = "Upper and lower case differ; compare text.lower to ignore case."
  static let examples = [
    Example("\"p01_AP.png\" | contains _AP", "Searches a file name."),
    Example("[\"p01_AP.png\", \"p02_PA.png\"] | where { it | contains _AP }", "Keeps the names that contain a text."),
  ]
  static let seeAlso = ["starts-with", "replace", "where"]
  static let keywords = ["text", "search", "find", "match", "string"]

  @Input("Text to search.") var text: String
  @Argument("Text to find.") var part: String

  func run(_ context: Context) -> Bool { text.contains(part) }
}
