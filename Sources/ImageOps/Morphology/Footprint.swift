/// The neighbourhood that erosion, dilation, opening and closing look at: a shape and its radius in pixels.
///
/// The definitions are scikit-image's. With offsets x, y from the centre: a disk holds x² + y² ≤ r², a square |x|, |y| ≤ r (2r + 1 pixels wide),
/// a diamond |x| + |y| ≤ r. Radius 0 is the centre alone, which changes nothing.
public struct Footprint: Hashable, Sendable, CustomStringConvertible {
  public enum Shape: String, CaseIterable, Hashable, Sendable {
    case disk
    case square
    case diamond
  }

  /// No picture is wider, so that a larger radius would change nothing.
  public static let maximumRadius = 131_072.0

  public let shape: Shape
  /// Radius in pixels, 0...``maximumRadius``. A disk uses the fraction (a radius in mm is rarely whole), square and diamond its whole part.
  public let radius: Double

  /// A radius below 0 (or not a number) counts as 0, one above ``maximumRadius`` as that.
  public init(_ shape: Shape, radius: Double) {
    self.shape = shape
    self.radius = radius > 0 ? min(radius, Self.maximumRadius) : 0
  }

  public static func disk(radius: Double) -> Footprint { Footprint(.disk, radius: radius) }
  public static func square(radius: Double) -> Footprint { Footprint(.square, radius: radius) }
  public static func diamond(radius: Double) -> Footprint { Footprint(.diamond, radius: radius) }

  public var description: String { "\(shape.rawValue) of radius \(radius) px" }

  /// The farthest row that the footprint reaches.
  var reach: Int { Int(radius) }

  /// Columns to each side of the centre in the row at this distance (0...``reach``) from the centre.
  func halfWidth(atDistance row: Int) -> Int {
    switch shape {
    case .square: return reach
    case .diamond: return reach - row
    case .disk:
      let square = radius * radius
      func isInside(_ column: Int) -> Bool { Double(column * column + row * row) <= square }
      var column = Int(max(0, square - Double(row * row)).squareRoot())
      while isInside(column + 1) { column += 1 }
      while column > 0 && !isInside(column) { column -= 1 }
      return column
    }
  }

  /// A pixel of a footprint, by its place from the centre.
  struct Offset: Hashable, Sendable {
    let row: Int
    let column: Int
    var squaredLength: Int { row * row + column * column }
  }

  /// All pixels, row by row.
  var offsets: [Offset] {
    (-reach...reach).flatMap { row in
      let halfWidth = halfWidth(atDistance: abs(row))
      return (-halfWidth...halfWidth).map { Offset(row: row, column: $0) }
    }
  }

  /// Consecutive rows of a footprint that have the same width; they exist above and below the centre.
  struct Span: Hashable, Sendable {
    let halfWidth: Int
    /// Distances from the centre's row.
    let rows: ClosedRange<Int>
  }

  /// The footprint from its tip to its centre (widths ascend), clipped to what matters in a picture of this size.
  func spans(in size: Size) -> [Span] {
    var spans: [Span] = []
    for row in stride(from: min(reach, size.height - 1), through: 0, by: -1) {
      let halfWidth = min(halfWidth(atDistance: row), size.width - 1)
      if let last = spans.last, last.halfWidth == halfWidth {
        spans[spans.count - 1] = Span(halfWidth: halfWidth, rows: row...last.rows.upperBound)
      } else {
        spans.append(Span(halfWidth: halfWidth, rows: row...row))
      }
    }
    return spans
  }
}
