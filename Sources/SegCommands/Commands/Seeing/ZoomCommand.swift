import Basics
import ImageOps
import SegLang
import SegModel
import SegValues
import Terminal

/// `zoom`: a part of an image, enlarged, in the terminal and in words.
struct ZoomCommand: Command {
  static let category = Category.seeing
  static let summary = "Shows an enlarged part of an image in the terminal and describes it."
  static let discussion = """
    Shows the part of the image around the given pixel, or as close to it as the border allows. The factor is the magnification. Gray levels \
    keep the window of the whole image. The text describes the part, the center pixel, and the fraction covered by a mask or opacity. The value \
    and `it` do not change; use crop to continue with a part.
    """
  static let examples = [
    Example("phantom | segment | zoom 250 130 4", "Magnifies a place in the lung."),
    Example("phantom | zoom 100 256", "Shows a part of an X-ray."),
  ]
  static let seeAlso = ["show", "crop", "view"]
  static let keywords = ["magnify", "enlarge"]

  @Input("Image to magnify.") var value: AnyValue
  @Argument("Row of the center, counted from 0.", in: 0...65_535) var row: Double
  @Argument("Column of the center, counted from 0.", in: 0...65_535) var column: Double
  @Argument("Magnification.", in: 1...1000) var factor = 4.0
  @Option("Terminal graphics to use.") var display = ImageDisplay.auto

  static func takesImplicitly(_ type: any Value.Type) -> Bool { type.isImageLike }

  func run(_ context: Context) throws {
    let value = value.value
    let beneath = context.ancestor(GrayImage.self)
    guard type(of: value).isImageLike, let whole = try Viewing.picture(of: value, over: beneath) else {
      throw CommandProblem.notAnImage(type(of: value).typeName)
    }
    let (row, column) = (Int(row.rounded()), Int(column.rounded()))
    guard whole.size.contains(row: row, column: column) else {
      throw CommandProblem.outOfRange(
        "the center", "\(row), \(column)", "rows 0 to \(whole.size.height - 1), columns 0 to \(whole.size.width - 1)")
    }
    let rows = Self.part(of: whole.size.height, around: row, factor)
    let columns = Self.part(of: whole.size.width, around: column, factor)
    let size = Size(width: columns.count, height: rows.count)
    let lungs = context.lungs(of: whole.size)
    let probe = PixelReadout.words(
      of: value, row: row, column: column, beneath: beneath.flatMap { $0.size == whole.size ? $0 : nil }, lungs: lungs)
    var words =
      "\(type(of: value).typeName) rows \(rows.lowerBound) to \(rows.upperBound - 1), columns \(columns.lowerBound) to \(columns.upperBound - 1)"
      + " of \(whole.size), \(NumberFormat.short(factor, 1)) times; row \(row), column \(column): \(probe)"
    if let mask = (value as? any PixelValue)?.region {
      let inside = try mask.cropped(row: rows.lowerBound, column: columns.lowerBound, size: size).count
      let name = value is Mask ? "the mask" : "opacity"
      words +=
        "; \(name) takes \(NumberFormat.grouped(inside)) px (\(NumberFormat.percent(Double(inside) / Double(size.count))) of the part)"
    }
    try context.show(display, words) {
      whole.cropped(row: rows.lowerBound, column: columns.lowerBound, size: size)
    }
  }

  /// The rows or columns that are seen: as many as the factor leaves, at least one, inside the image.
  static func part(of count: Int, around middle: Int, _ factor: Double) -> Range<Int> {
    let length = min(count, max(1, Int((Double(count) / factor).rounded())))
    let start = min(max(0, middle - length / 2), count - length)
    return start..<start + length
  }
}

extension ColorImage {
  /// A rectangle of the image.
  fileprivate func cropped(row: Int, column: Int, size target: Size) -> ColorImage {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * target.count)
    for line in row..<row + target.height {
      let start = 3 * (line * size.width + column)
      bytes += pixels[start..<start + 3 * target.width]
    }
    return ColorImage(size: target, pixels: bytes)
  }
}
