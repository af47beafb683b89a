import SegLang
import SegServices

/// `explain`: where a value comes from.
struct ExplainCommand: Command {
  static let category = Category.measuring
  static let summary = "Explains a value: its formula, the commands that computed it, and the files that they read."
  static let discussion = """
    Traces a severity value back to pixel counts, thresholds and intervals; a property of a mask or image to its definition; a number to its \
    operands. Then lists the commands that led to it, each with its result, the values of automatic parameters and its notes, and the input \
    files and model by SHA-256. For numbers, a sensitivity analysis follows (see sensitivity) unless sensitivity=false. Names of DICOM files are \
    left out because they can identify a patient. --json returns a record.
    """
  static let examples = [
    Example("score = phantom | segment | threshold 0.5 | severity; explain score.percent sensitivity=false", "Explains a percentage."),
    Example("m = phantom | threshold otsu; explain m.area", "Explains an area."),
  ]
  static let seeAlso = ["severity", "sensitivity", "info"]
  static let keywords = ["why", "lineage", "provenance", "formula", "origin"]

  @Input("Value to explain.") var value: AnyValue
  @Option("Include a sensitivity analysis.") var sensitivity = true

  func run(_ context: Context) throws -> Explanation { try Explanation(of: value.value, movingParameters: sensitivity, context) }
}
