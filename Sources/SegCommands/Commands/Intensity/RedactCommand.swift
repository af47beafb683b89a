import ImageOps
import SegLang
import SegValues

/// `redact`: pixels hidden under one intensity.
struct RedactCommand: Command {
  static let category = Category.intensity
  static let summary = "Redacts a rectangle or a mask by filling it with one intensity."
  static let discussion = """
    The fill intensity is that of the darkest pixel unless value= states another. The covered pixels cannot be recovered from the result.
    """
  static let examples = [
    Example("phantom | redact row=0px column=0px height=40px width=200px", "Covers a corner that shows a name."),
    Example("p = phantom; p | redact p.lungs value=100", "Covers a mask."),
  ]
  static let seeAlso = ["find-text", "crop", "save"]
  static let keywords = ["redact", "blank", "mask-out", "hide", "fill", "deidentify", "anonymize", "privacy"]

  @Input("Image to redact.") var image: GrayImage
  @Argument("Mask of the pixels to cover.") var region: Mask?
  @Option("First row of the rectangle, counted from 0.") var row: Length?
  @Option("First column, counted from 0.") var column: Length?
  @Option("Number of rows.") var height: Length?
  @Option("Number of columns.") var width: Length?
  @Option("Fill intensity. Default: the darkest pixel of the image.") var value: Double?

  func run(_ context: Context) throws -> GrayImage {
    let level = try value.map { Float($0) } ?? image.percentiles([0])[0]
    var pixels = image.pixels
    if let region {
      guard [row, column, height, width].allSatisfy({ $0 == nil }) else { throw CommandProblem.tooMany(["a mask", "a rectangle"]) }
      guard region.size == image.size else { throw CommandProblem.sizesDiffer("the image", image.size, "the mask", region.size) }
      for row in 0..<image.size.height {
        if row & 63 == 0 { try context.checkCancellation() }
        for column in 0..<image.size.width where region[row, column] { pixels[row * image.size.width + column] = level }
      }
    } else {
      guard let row, let column, let height, let width else {
        throw CommandProblem.wantsOneOf(["a mask", "row, column, height and width"])
      }
      func range(_ start: Length, _ count: Length, _ names: (String, String), _ end: Int) throws -> Range<Int> {
        let first = try context.wholePixels(start, on: image.spacing, for: names.0)
        let last = try first + context.wholePixels(count, on: image.spacing, for: names.1)
        return min(first, end)..<min(last, end)
      }
      let rows = try range(row, height, ("row", "height"), image.size.height)
      let columns = try range(column, width, ("column", "width"), image.size.width)
      guard !rows.isEmpty, !columns.isEmpty else { throw CommandProblem.emptyRegion("the rectangle") }
      for row in rows {
        if row & 63 == 0 { try context.checkCancellation() }
        for column in columns { pixels[row * image.size.width + column] = level }
      }
    }
    let range = min(image.range.lowerBound, level)...max(image.range.upperBound, level)
    return image.with(pixels: pixels, range: range == image.range ? nil : range)
  }
}
