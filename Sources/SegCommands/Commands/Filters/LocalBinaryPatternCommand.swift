import ImageOps
import SegLang

/// `local-binary-pattern`: codes of small patterns.
struct LocalBinaryPatternCommand: Command {
  static let category = Category.filters
  static let summary = "Computes rotation-invariant local binary patterns."
  static let discussion = """
    Codes 0 to 8 count the neighbors that are at least as bright and adjacent to each other: 0 is a bright spot, 4 an edge, 8 a uniform area or \
    dark spot. Code 9 is any other pattern. Definition: scikit-image local_binary_pattern with 8 points, radius 1, method uniform.
    """
  static let examples = [
    Example("phantom | local-binary-pattern", "Computes the codes."),
    Example("phantom | gaussian-filter sigma=2px | local-binary-pattern", "Computes the codes of coarser structures."),
  ]
  static let seeAlso = ["texture", "regions"]

  @Input("Image to analyze.") var image: GrayImage

  func run(_ context: Context) throws -> GrayImage { try image.localBinaryPatterns() }
}
