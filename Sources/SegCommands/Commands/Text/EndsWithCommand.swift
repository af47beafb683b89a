import SegLang
import SegValues

/// `ends-with`: whether a text ends with another.
struct EndsWithCommand: Command {
  static let category = Category.text
  static let summary = "Returns true if a text ends with another text."
  static let discussion = "Upper and lower case differ; compare text.lower to ignore case."
  static let examples = [
    Example("\"p01_AP.png\" | ends-with .png", "Compares the end of a file name."),
    Example("[\"p01.png\", \"q02.dcm\"] | where { it | ends-with .png }", "Keeps the names that end with a text."),
  ]
  static let seeAlso = ["starts-with", "contains", "replace", "where"]
  static let keywords = ["text", "suffix", "ending", "string"]

  @Input("Text to compare.") var text: String
  @Argument("End to find.") var part: String

  func run(_ context: Context) -> Bool { text.hasSuffix(part) }
}
