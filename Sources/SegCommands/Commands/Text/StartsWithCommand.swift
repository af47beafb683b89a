import SegLang
import SegValues

/// `starts-with`: whether a text begins with another.
struct StartsWithCommand: Command {
  static let category = Category.text
  static let summary = "Returns true if a text starts with another text."
  static let discussion = "Upper and lower case differ; compare text.lower to ignore case."
  static let examples = [
    Example("\"p01_AP.png\" | starts-with p01", "Compares the start of a file name."),
    Example("[\"p01.png\", \"q02.png\"] | where { it | starts-with p }", "Keeps the names that start with a text."),
  ]
  static let seeAlso = ["contains", "replace", "where"]
  static let keywords = ["text", "prefix", "begins", "string"]

  @Input("Text to compare.") var text: String
  @Argument("Start to find.") var part: String

  func run(_ context: Context) -> Bool { text.hasPrefix(part) }
}
