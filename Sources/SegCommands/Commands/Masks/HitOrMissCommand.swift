import ImageOps
import SegLang
import SegValues

/// `hit-or-miss`: a pattern of inside and outside.
struct HitOrMissCommand: Command {
  static let category = Category.masks
  static let summary = "Applies a hit-or-miss transform: finds a pixel pattern in a mask."
  static let discussion = """
    The pattern has rows of 1 (inside), 0 (outside) and . (either), separated by spaces; its center is the pixel tested. Pixels beyond the image \
    border are outside. Definition: SciPy binary_hit_or_miss.
    """
  static let examples = [
    Example("phantom | threshold otsu | hit-or-miss \"000 010 000\"", "Finds isolated pixels."),
    Example("p = phantom; p.lungs.all | hit-or-miss \".1. 01. 00.\"", "Finds one type of corner."),
  ]
  static let seeAlso = ["morph-erode", "skeletonize"]

  @Input("Mask to search.") var mask: Mask
  @Argument("Rows of 1, 0 and . such as \"010 111 010\".") var pattern: String

  func run(_ context: Context) throws -> Mask {
    let rows = pattern.split(separator: " ").map(Array.init)
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }), rows.joined().allSatisfy("01.".contains),
      rows.count * width <= 10_000
    else { throw CommandProblem.outOfRange("pattern", pattern, "rows of 0, 1 and . of equal length, separated by spaces") }
    func places(_ sign: Character) -> [(row: Int, column: Int)] {
      rows.indices.flatMap { row in
        (0..<width).filter { rows[row][$0] == sign }.map { (row - rows.count / 2, $0 - width / 2) }
      }
    }
    return try mask.hitOrMiss(hits: places("1"), misses: places("0"))
  }
}
