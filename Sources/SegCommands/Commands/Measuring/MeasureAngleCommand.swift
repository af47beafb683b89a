import Glibc
import ImageOps
import SegLang

/// `measure-angle`: the angle at a place between two others.
struct MeasureAngleCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the angle at a place between the lines to two others."
  static let discussion = """
    0 to 180 degrees. Where the pixel spacing is known, distances are taken in mm, so that pixels that are not square do no harm. Rows and columns count \
    from 0. Three places measure the carina's angle.
    """
  static let examples = [
    Example("phantom | measure-angle row=150 column=256 from_row=250 from_column=200 to_row=250 to_column=312", "Measures below a place."),
    Example("phantom | measure-angle row=0 column=0 from_row=0 from_column=50 to_row=50 to_column=0", "Gives 90 degrees."),
  ]
  static let seeAlso = ["ruler", "profile"]
  static let keywords = ["angle", "cobb", "goniometer"]

  @Input("Picture to measure in.") var picture: AnyPicture
  @Option("Row of the place at which is measured.", in: -100_000...100_000) var row: Double
  @Option("Column of that place.", in: -100_000...100_000) var column: Double
  @Option("Row of the first other place.", in: -100_000...100_000) var fromRow: Double
  @Option("Column of the first other place.", in: -100_000...100_000) var fromColumn: Double
  @Option("Row of the second other place.", in: -100_000...100_000) var toRow: Double
  @Option("Column of the second other place.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Double {
    let step = picture.spacing.millimetres ?? (row: 1, column: 1)
    let one = (down: (fromRow - row) * step.row, across: (fromColumn - column) * step.column)
    let other = (down: (toRow - row) * step.row, across: (toColumn - column) * step.column)
    guard hypot(one.down, one.across) > 0, hypot(other.down, other.across) > 0 else {
      throw CommandProblem.outOfRange("row", "\(numberText(row)), \(numberText(column))", "a place other than both others")
    }
    let (cross, dot) = (one.down * other.across - one.across * other.down, one.down * other.down + one.across * other.across)
    return atan2(abs(cross), dot) * 180 / .pi
  }
}
