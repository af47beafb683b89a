import ImageOps
import SegLang
import SegValues

/// `profile`: intensities along a line.
struct ProfileCommand: Command {
  static let category = Category.measuring
  static let summary = "Samples the intensities along a line."
  static let discussion = """
    One sample per pixel, linearly interpolated, 0 outside the image. Rows and columns are counted from 0; distances are in px. Definition: \
    scikit-image profile_line.
    """
  static let examples = [
    Example("phantom | profile row=256 column=40 to_row=256 to_column=470", "Samples a line across the chest."),
    Example("phantom | profile row=0 column=256 to_row=511 to_column=256 | save profile.csv", "Writes a vertical profile to a file."),
  ]
  static let seeAlso = ["measure-distance", "histogram"]

  @Input("Image to sample.") var image: GrayImage
  @Option("Row of the start point.", in: -100_000...100_000) var row: Double
  @Option("Column of the start point.", in: -100_000...100_000) var column: Double
  @Option("Row of the end point.", in: -100_000...100_000) var toRow: Double
  @Option("Column of the end point.", in: -100_000...100_000) var toColumn: Double

  func run(_ context: Context) throws -> Table {
    let values = try image.profile(from: (row, column), to: (toRow, toColumn))
    let length = ((toRow - row) * (toRow - row) + (toColumn - column) * (toColumn - column)).squareRoot()
    let step = values.count > 1 ? length / Double(values.count - 1) : 0
    return Table(
      columns: ["distance", "intensity"], rows: values.enumerated().map { [Double($0) * step, Double($1)] }, rowName: "sample")
  }
}
