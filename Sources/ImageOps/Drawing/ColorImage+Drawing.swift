import Basics

/// A position in an image, in pixels; (0, 0) is the center of the top left pixel.
public struct PixelPoint: Hashable, Sendable {
  /// The row, from 0, downward.
  public var row: Double
  /// The column, from 0, to the right.
  public var column: Double

  /// Creates a position.
  public init(row: Double, column: Double) {
    self.row = row
    self.column = column
  }
}

/// Drawing on color images: shapes are antialiased and clipped to the image.
extension ColorImage {
  /// Blends a color into one pixel with a share of 0...1; does nothing outside the image.
  public mutating func blend(_ color: RGB, row: Int, column: Int, share: Double = 1) {
    guard size.contains(row: row, column: column) else { return }
    self[row, column] = self[row, column].mixed(with: color, share: share)
  }

  /// Fills a rectangle, clipped to the image. `opacity` is 0...1.
  public mutating func fill(row: Int, column: Int, size area: Size, with color: RGB, opacity: Double = 1) {
    guard Self.isPlausible(row, column), Self.isPlausible(area.height, area.width) else { return }
    let rows = max(0, row)..<max(max(0, row), min(size.height, row + area.height))
    let columns = max(0, column)..<max(max(0, column), min(size.width, column + area.width))
    for row in rows {
      for column in columns { blend(color, row: row, column: column, share: opacity) }
    }
  }

  /// Draws the outline of a rectangle, `width` px inward, clipped to the image. `opacity` is 0...1.
  public mutating func stroke(row: Int, column: Int, size area: Size, with color: RGB, width: Int = 1, opacity: Double = 1) {
    guard Self.isPlausible(row, column), Self.isPlausible(area.height, area.width) else { return }
    let width = max(1, min(width, (min(area.width, area.height) + 1) / 2))
    let inner = max(0, area.height - 2 * width)
    fill(row: row, column: column, size: Size(width: area.width, height: width), with: color, opacity: opacity)
    fill(
      row: row + area.height - width, column: column, size: Size(width: area.width, height: min(width, area.height - width)), with: color,
      opacity: opacity)
    fill(row: row + width, column: column, size: Size(width: width, height: inner), with: color, opacity: opacity)
    fill(
      row: row + width, column: column + area.width - width, size: Size(width: min(width, area.width - width), height: inner), with: color,
      opacity: opacity)
  }

  /// Draws an antialiased straight line with round ends; does nothing if a coordinate is not finite. `width` is in px, at least 1; `opacity` is
  /// 0...1.
  public mutating func line(from start: PixelPoint, to end: PixelPoint, with color: RGB, width: Double = 1, opacity: Double = 1) {
    guard start.isPlausible, end.isPlausible, width.isFinite else { return }
    let half = max(0.5, width / 2)
    let (dy, dx) = (end.row - start.row, end.column - start.column)
    let squared = dy * dy + dx * dx
    shade(
      rows: min(start.row, end.row) - half...max(start.row, end.row) + half,
      columns: min(start.column, end.column) - half...max(start.column, end.column) + half, with: color, opacity: opacity
    ) { row, column in
      let along = squared > 0 ? min(max(((row - start.row) * dy + (column - start.column) * dx) / squared, 0), 1) : 0
      let (y, x) = (row - start.row - along * dy, column - start.column - along * dx)
      return half + 0.5 - (y * y + x * x).squareRoot()
    }
  }

  /// Draws straight lines from each point to the next; `isClosed` joins the last to the first.
  public mutating func polyline(_ points: [PixelPoint], with color: RGB, width: Double = 1, opacity: Double = 1, isClosed: Bool = false) {
    for (start, end) in zip(points, points.dropFirst()) { line(from: start, to: end, with: color, width: width, opacity: opacity) }
    if isClosed, let first = points.first, let last = points.last, points.count > 2 {
      line(from: last, to: first, with: color, width: width, opacity: opacity)
    }
  }

  /// Draws an antialiased disk; does nothing if a coordinate is not finite or the radius is negative.
  public mutating func point(at center: PixelPoint, radius: Double = 3, with color: RGB, opacity: Double = 1) {
    guard center.isPlausible, radius.isFinite, radius >= 0 else { return }
    shade(
      rows: center.row - radius...center.row + radius, columns: center.column - radius...center.column + radius, with: color,
      opacity: opacity
    ) { row, column in
      let (y, x) = (row - center.row, column - center.column)
      return radius + 0.5 - (y * y + x * x).squareRoot()
    }
  }

  /// Blends by a coverage (clipped to 0...1) that is asked for at every pixel of the box.
  private mutating func shade(
    rows: ClosedRange<Double>, columns: ClosedRange<Double>, with color: RGB, opacity: Double, _ coverage: (Double, Double) -> Double
  ) {
    func clamped(_ bounds: ClosedRange<Double>, _ count: Int) -> Range<Int> {
      let low = max(0, min(Double(count), (bounds.lowerBound - 1).rounded(.down)))
      let high = max(low, min(Double(count), (bounds.upperBound + 2).rounded(.up)))
      return Int(low)..<Int(high)
    }
    let columns = clamped(columns, size.width)
    for row in clamped(rows, size.height) {
      for column in columns {
        let share = coverage(Double(row), Double(column))
        if share > 0 { blend(color, row: row, column: column, share: min(1, share) * opacity) }
      }
    }
  }

  /// The part of a text that is placed at a given column.
  public enum TextAnchor: String, CaseIterable, Hashable, Sendable {
    /// The left edge, the center or the right edge.
    case left, center, right
  }

  /// Draws a line of text of `pixels` px per em: its top at `row`, its left edge, center or right edge at `column`.
  ///
  /// Draws nothing if no font is found or the text cannot be set; see ``TextBitmap/init(_:pixels:)``.
  public mutating func write(
    _ text: String, row: Int, column: Int, pixels: Int, with color: RGB, anchor: TextAnchor = .left, opacity: Double = 1
  ) {
    guard let bitmap = TextBitmap(text, pixels: pixels) else { return }
    draw(bitmap, row: row, column: column, with: color, anchor: anchor, opacity: opacity)
  }

  /// Draws text that is already set: its top at `row`, its left edge, center or right edge at `column`.
  public mutating func draw(
    _ bitmap: TextBitmap, row: Int, column: Int, with color: RGB, anchor: TextAnchor = .left, opacity: Double = 1
  ) {
    guard Self.isPlausible(row, column) else { return }
    let left =
      switch anchor {
      case .left: column
      case .center: column - bitmap.size.width / 2
      case .right: column - bitmap.size.width
      }
    for y in 0..<bitmap.size.height {
      for x in 0..<bitmap.size.width {
        let ink = bitmap.coverage[y * bitmap.size.width + x]
        if ink > 0 { blend(color, row: row + y, column: left + x, share: Double(ink) / 255 * opacity) }
      }
    }
  }

  /// Copies an image into this one with its top left pixel at `row` and `column`, clipped.
  public mutating func place(_ picture: ColorImage, row: Int, column: Int) {
    guard Self.isPlausible(row, column) else { return }
    let columns = max(0, -column)..<max(max(0, -column), min(picture.size.width, size.width - column))
    for y in max(0, -row)..<max(max(0, -row), min(picture.size.height, size.height - row)) {
      for x in columns { self[row + y, column + x] = picture[y, x] }
    }
  }

  /// Resamples the image to another size, channel by channel; see ``GrayImage/resampled(to:using:)``.
  /// - Throws: `ImageError.invalidSize`, `CancellationError`.
  public func resampled(to target: Size, using method: ResamplingMethod = .area) throws -> ColorImage {
    guard target.isValid else { throw ImageError.invalidSize(target) }
    guard target != size else { return self }
    var result = [UInt8](repeating: 0, count: 3 * target.count)
    for channel in 0..<3 {
      let plane = (0..<size.count).map { Float(pixels[3 * $0 + channel]) }
      let resampled = try Resampling.plane(plane, size: size, to: target, using: method)
      for (index, value) in resampled.enumerated() { result[3 * index + channel] = UInt8(min(max(value, 0), 255) + 0.5) }
    }
    return ColorImage(size: target, pixels: result)
  }
}

extension ColorImage {
  /// Whether sums of such coordinates cannot overflow; what lies farther out is in no image.
  private static func isPlausible(_ row: Int, _ column: Int) -> Bool {
    let limit = 1 << 40
    return (-limit...limit).contains(row) && (-limit...limit).contains(column)
  }
}

extension PixelPoint {
  fileprivate var isPlausible: Bool { row.isFinite && column.isFinite }
}
