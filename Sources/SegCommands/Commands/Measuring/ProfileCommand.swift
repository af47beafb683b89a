import ImageOps
import SegLang

/// `profile`: intensities along a line.
struct ProfileCommand: Command {
  static let category = Category.measuring
  static let summary = "Lists the intensities along a straight line."
  static let discussion = """
    Rows and columns count from 0; one sample a pixel, between pixels by straight lines, 0 beyond the picture. The distance is in px. \
    Definition: scikit-image's profile_line.
    """
  static let examples = [
    Example("phantom | profile row=256 column=40 to_row=256 to_column=470", "Cuts across the chest."),
    Example("phantom | profile row=0 column=256 to_row=511 to_column=256 | save profile.csv", "Writes a cut from top to bottom."),
  ]
  static let seeAlso = ["ruler", "histogram"]

  @Input("Picture to measure.") var image: GrayImage
  @Option("Row where the line begins.", in: -100_000...100_000) var row: Double
  @Option("Column where it begins.", in: -100_000...100_000) var column: Double
  @Option("Row where it ends.", in: -100_000...100_000) var toRow: Double
  @Option("Column where it ends.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Table {
    let values = try image.profile(from: (row, column), to: (toRow, toColumn))
    let length = ((toRow - row) * (toRow - row) + (toColumn - column) * (toColumn - column)).squareRoot()
    let step = values.count > 1 ? length / Double(values.count - 1) : 0
    return Table(
      columns: ["distance", "intensity"], rows: values.enumerated().map { [Double($0) * step, Double($1)] }, rowName: "sample")
  }
}
