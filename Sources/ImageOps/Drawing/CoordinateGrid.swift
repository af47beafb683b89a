/// Lines at whole multiples of a distance, with the row or column of each at the left or upper border.
public struct CoordinateGrid: Sendable, Equatable {
  /// Distance between lines, in px of the image.
  public let step: Int
  /// The image whose rows and columns are shown.
  public let size: Size

  /// The largest number of lines across an image.
  public static let lineLimit = 40

  /// Creates a grid; nil if more than ``lineLimit`` lines would cross the image, or `step` is not positive.
  public init?(every step: Int, over size: Size) {
    guard step > 0, max(size.width, size.height) <= Self.lineLimit * step else { return nil }
    (self.step, self.size) = (step, size)
  }

  /// The smallest distance that is accepted for an image, in px.
  public static func leastStep(over size: Size) -> Int { (max(size.width, size.height) + lineLimit - 1) / lineLimit }

  /// The rows with a line, from 0.
  public var rows: [Int] { Array(stride(from: 0, to: size.height, by: step)) }
  /// The columns with a line, from 0.
  public var columns: [Int] { Array(stride(from: 0, to: size.width, by: step)) }
}

extension ColorImage {
  /// Draws a grid on an image, or on a smaller copy of it that this image contains from `column` on; labels are at least 11 px high.
  ///
  /// - Parameters:
  ///   - drawn: the size at which the grid's image appears here. Default: the size of this image.
  ///   - column: the column here at which its left edge lies.
  ///   - withLabels: whether rows and columns are written.
  public mutating func draw(_ grid: CoordinateGrid, at drawn: Size? = nil, fromColumn column: Int = 0, withLabels: Bool = true) {
    let drawn = drawn ?? size
    let (down, across) = (Double(drawn.height) / Double(grid.size.height), Double(drawn.width) / Double(grid.size.width))
    // The line of a row lies on the middle of the row.
    let rows = grid.rows.map { (label: $0, at: (Double($0) + 0.5) * down - 0.5) }
    let columns = grid.columns.map { (label: $0, at: Double(column) + (Double($0) + 0.5) * across - 0.5) }
    let longer = max(drawn.width, drawn.height)
    let (white, black) = (RGB(gray: 255), RGB(gray: 0))
    let (right, bottom) = (Double(column + drawn.width - 1), Double(drawn.height - 1))
    for (color, width) in [(black, 1 + Double(longer) / 400), (white, max(1, Double(longer) / 800))] {
      for (_, at) in rows {
        line(
          from: PixelPoint(row: at, column: Double(column)), to: PixelPoint(row: at, column: right), with: color, width: width, opacity: 0.4
        )
      }
      for (_, at) in columns {
        line(from: PixelPoint(row: 0, column: at), to: PixelPoint(row: bottom, column: at), with: color, width: width, opacity: 0.4)
      }
    }
    guard withLabels else { return }
    let text = max(11, longer / 45)
    func write(_ label: Int, _ row: Int, _ column: Int) {
      guard let bitmap = TextBitmap(String(label), pixels: text) else { return }
      fill(row: row, column: column, size: Size(width: bitmap.size.width + 3, height: bitmap.size.height + 2), with: black, opacity: 0.6)
      draw(bitmap, row: row + 1, column: column + 2, with: white)
    }
    // As many labels as there is room for; the first of both is the corner.
    let (everyColumn, everyRow) = (
      max(1, Int((2.6 * Double(text) / (Double(grid.step) * across)).rounded(.up))),
      max(1, Int((1.4 * Double(text) / (Double(grid.step) * down)).rounded(.up)))
    )
    for (index, place) in columns.enumerated() where index % everyColumn == 0 { write(place.label, 0, Int(place.at.rounded()) + 1) }
    for (index, place) in rows.enumerated() where index > 0 && index % everyRow == 0 {
      write(place.label, Int(place.at.rounded()) + 1, column)
    }
  }
}
