import ImageOps
import SegLang

/// `local-binary-pattern`: codes of small patterns.
struct LocalBinaryPatternCommand: Command {
  static let category = Category.filters
  static let summary = "Gives each pixel the code of the pattern that its eight neighbours make."
  static let discussion = """
    0 to 8 is how many neighbours are at least as bright, where they hang together: 0 a bright spot, 4 an edge, 8 a flat or dark one; 9 is any other \
    pattern. Turning the picture leaves codes alone. Definition: scikit-image's local_binary_pattern, 8 points, radius 1, uniform.
    """
  static let examples = [
    Example("phantom | local-binary-pattern", "Gives the codes."),
    Example("phantom | smooth sigma=2px | local-binary-pattern", "Gives those of larger structures."),
  ]
  static let seeAlso = ["texture", "regions"]

  @Input("Picture to describe.") var image: GrayImage

  func run(_ context: Context) throws -> GrayImage { try image.localBinaryPatterns(polling: context.cancellation) }
}
