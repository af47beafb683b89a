import Basics
import ImageOps
import SegLang
import SegValues

/// `crop`: a rectangle of an image.
struct CropCommand: Command, StatesMemory {
  static let category = Category.geometry
  static let summary = "Crops an image to a rectangle or to the bounding box of a mask."
  static let discussion = """
    Give row, column, height and width, or around= a mask with an optional margin.
    """
  static let examples = [
    Example("phantom | crop row=100px column=100px height=300px width=400px", "Crops to a rectangle."),
    Example("p = phantom; p | crop around=p.lungs margin=20px", "Crops to the lungs, with a margin of 20 px."),
  ]
  static let seeAlso = ["pad", "resize"]
  static let keywords = ["cut", "region-of-interest", "roi"]

  @Input("Image, mask or labels to crop.") var image: AnyImage
  @Option("First row, counted from 0.") var row: Length?
  @Option("First column, counted from 0.") var column: Length?
  @Option("Number of rows.") var height: Length?
  @Option("Number of columns.") var width: Length?
  @Option("Mask whose bounding box is kept.") var around: Mask?
  @Option("Margin around the bounding box.", in: 0...65_535) var margin: Length = .pixels(0)

  static func outputType(for input: ValueType?) -> ValueType { AnyImage.kept(input) }

  func run(_ context: Context) throws -> AnyImage {
    let (rows, columns) = try rectangle(context)
    return try image.transformed(
      by: Crop(row: rows.lowerBound, column: columns.lowerBound, size: Size(width: columns.count, height: rows.count)))
  }

  func workingBytes(_ context: Context) throws -> Int {
    let (rows, columns) = try rectangle(context)
    let size = Size(width: columns.count, height: rows.count)
    return size.isValid ? 4 * size.count : 0
  }

  private func rectangle(_ context: Context) throws -> (rows: Range<Int>, columns: Range<Int>) {
    let size = image.size
    let rows: Range<Int>
    let columns: Range<Int>
    if let around {
      guard around.size == size else { throw CommandProblem.sizesDiffer("the image", size, "the mask", around.size) }
      guard let box = around.bounds else { throw CommandProblem.emptyRegion("the mask to crop around") }
      let margin = try context.wholePixels(margin, on: image.spacing, for: "margin")
      rows = max(0, box.rows.lowerBound - margin)..<min(size.height, box.rows.upperBound + margin)
      columns = max(0, box.columns.lowerBound - margin)..<min(size.width, box.columns.upperBound + margin)
    } else {
      guard [row, column, height, width].contains(where: { $0 != nil }) else {
        throw CommandProblem.wantsOneOf(["row, column, height and width", "around (a mask)"])
      }
      rows = try range(row, height, size.height, "row", context)
      columns = try range(column, width, size.width, "column", context)
    }
    guard !rows.isEmpty, !columns.isEmpty else { throw CommandProblem.emptyRegion("the rectangle") }
    return (rows, columns)
  }

  private func range(_ start: Length?, _ length: Length?, _ count: Int, _ name: String, _ context: Context) throws -> Range<Int> {
    let first = try start.map { try context.wholePixels($0, on: image.spacing, for: name) } ?? 0
    let number =
      try length.map { try context.wholePixels($0, on: image.spacing, for: name == "row" ? "height" : "width") } ?? max(0, count - first)
    return first..<first + number
  }

  private struct Crop: GridTransformation {
    let row: Int
    let column: Int
    let size: Size
    func apply<Grid: PixelGrid>(to grid: Grid) throws -> Grid {
      try grid.cropped(row: row, column: column, size: size)
    }
  }
}
