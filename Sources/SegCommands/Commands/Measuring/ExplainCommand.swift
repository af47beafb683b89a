import SegLang

/// `explain`: where a value comes from.
struct ExplainCommand: Command {
  static let category = Category.measuring
  static let summary = "Unfolds a value: its formula with the counts in it, the lines that made it, and the files these read."
  static let discussion = """
    A figure of a severity is unfolded into the pixels that were counted, thresholds and intervals; a property of a mask or picture into its definition; a \
    number into its operands. Below stand the lines that led there, each with what came out, what its open parameters came to and what it noted; the input files \
    and the model by SHA-256; and for a figure how far it moves with each parameter (see fragility), unless fragility=false. The names of DICOM files, which may \
    tell of a patient, are left out. With --json all of it comes as a record.
    """
  static let examples = [
    Example("score = phantom | segment | threshold 0.5 | severity; explain score.percent fragility=false", "Unfolds a percentage."),
    Example("m = phantom | threshold otsu; explain m.area", "Unfolds an area."),
  ]
  static let seeAlso = ["severity", "fragility", "info"]
  static let keywords = ["why", "lineage", "provenance", "formula", "origin"]

  @Input("Value to unfold.") var value: AnyValue
  @Option("Whether a figure's parameters are moved to see what it hangs on.") var fragility = true

  func run(_ context: Context) throws -> Explanation { try Explanation(of: value.value, movingParameters: fragility, context) }
}
