import Basics
internal import Platform
import SegLang
import SegValues

/// `measure-angle`: the angle at a place between two others.
struct MeasureAngleCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the angle between two lines that meet at a vertex."
  static let discussion = """
    The angle is 0 to 180 degrees. With known pixel spacing it is measured in mm, so that non-square pixels do not distort it. Rows and columns \
    are counted from 0. Use it for the carinal angle, for example.
    """
  static let examples = [
    Example(
      "phantom | measure-angle row=150 column=256 from_row=250 from_column=200 to_row=250 to_column=312", "Measures an angle at the carina."
    ),
    Example("phantom | measure-angle row=0 column=0 from_row=0 from_column=50 to_row=50 to_column=0", "Returns 90 degrees."),
  ]
  static let seeAlso = ["measure-distance", "profile"]
  static let keywords = ["angle", "cobb", "goniometer"]

  @Input("Image to measure.") var image: AnyImage
  @Option("Row of the vertex.", in: -100_000...100_000) var row: Double
  @Option("Column of the vertex.", in: -100_000...100_000) var column: Double
  @Option("Row of the first end point.", in: -100_000...100_000) var fromRow: Double
  @Option("Column of the first end point.", in: -100_000...100_000) var fromColumn: Double
  @Option("Row of the second end point.", in: -100_000...100_000) var toRow: Double
  @Option("Column of the second end point.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Double {
    let step = image.spacing.millimeters ?? (row: 1, column: 1)
    let one = (down: (fromRow - row) * step.row, across: (fromColumn - column) * step.column)
    let other = (down: (toRow - row) * step.row, across: (toColumn - column) * step.column)
    guard hypot(one.down, one.across) > 0, hypot(other.down, other.across) > 0 else {
      throw CommandProblem.outOfRange("row", "\(NumberFormat.exact(row)), \(NumberFormat.exact(column))", "a place other than both others")
    }
    let (cross, dot) = (one.down * other.across - one.across * other.down, one.down * other.down + one.across * other.across)
    return atan2(abs(cross), dot) * 180 / .pi
  }
}
