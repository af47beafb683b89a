import ImageOps
internal import Platform
import SegLang
import SegValues

/// `measure-distance`: the distance of two places.
struct MeasureDistanceCommand: Command {
  static let category = Category.measuring
  static let summary = "Measures the distance and direction between two points."
  static let discussion = """
    The distance is in px, and in mm if the pixel spacing is known; spacing at the detector overestimates lengths in the patient. The angle is \
    counterclockwise from the row direction, in degrees, measured in mm if the spacing is known. Rows and columns are counted from 0.
    """
  static let examples = [
    Example("phantom | measure-distance row=100 column=60 to_row=100 to_column=450", "Measures the width of the chest."),
    Example("(phantom | calibrate 0.7mm | measure-distance row=0 column=0 to_row=300 to_column=400).mm", "Returns the distance in mm."),
  ]
  static let seeAlso = ["profile", "calibrate"]
  static let keywords = ["distance", "length", "measure", "millimeters"]

  @Input("Image to measure.") var image: AnyImage
  @Option("Row of the first point.", in: -100_000...100_000) var row: Double
  @Option("Column of the first point.", in: -100_000...100_000) var column: Double
  @Option("Row of the second point.", in: -100_000...100_000) var toRow: Double
  @Option("Column of the second point.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Record {
    let (down, across) = (toRow - row, toColumn - column)
    let step = image.spacing.millimeters
    let angle = atan2(-down * (step?.row ?? 1), across * (step?.column ?? 1)) * 180 / .pi
    var fields: [(String, any Value)] = [("px", hypot(down, across)), ("angle", angle)]
    if let step {
      fields += [("mm", hypot(down * step.row, across * step.column)), ("spacing_kind", image.spacing.word)]
    }
    return Record(fields)
  }
}
