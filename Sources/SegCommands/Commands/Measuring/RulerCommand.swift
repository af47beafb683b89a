import Glibc
import ImageOps
import SegLang

/// `ruler`: the distance of two places.
struct RulerCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the distance and the direction from one place to another."
  static let discussion = """
    Rows and columns count from 0. In px, and in mm where the spacing is known, with its kind: a length at the detector overstates the \
    patient. The angle is counter-clockwise from the direction of the rows, in degrees; where the spacing is known it is taken in mm, so that pixels \
    that are not square do no harm.
    """
  static let examples = [
    Example("phantom | ruler row=100 column=60 to_row=100 to_column=450", "Measures across the chest."),
    Example("(phantom | calibrate 0.7mm | ruler row=0 column=0 to_row=300 to_column=400).mm", "Measures in mm."),
  ]
  static let seeAlso = ["profile", "calibrate"]
  static let keywords = ["distance", "length", "measure", "millimeters"]

  @Input("Picture to measure in.") var picture: AnyPicture
  @Option("Row of the first place.", in: -100_000...100_000) var row: Double
  @Option("Column of the first place.", in: -100_000...100_000) var column: Double
  @Option("Row of the second place.", in: -100_000...100_000) var toRow: Double
  @Option("Column of the second place.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Record {
    let (down, across) = (toRow - row, toColumn - column)
    let step = picture.spacing.millimetres
    let angle = atan2(-down * (step?.row ?? 1), across * (step?.column ?? 1)) * 180 / .pi
    var fields: [(String, any Value)] = [("px", hypot(down, across)), ("angle", angle)]
    if let step {
      fields += [("mm", hypot(down * step.row, across * step.column)), ("spacing_kind", picture.spacing.word)]
    }
    return Record(fields)
  }
}
