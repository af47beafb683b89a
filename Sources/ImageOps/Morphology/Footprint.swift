internal import Platform

/// The neighborhood of a morphological operation: a shape and its radius in pixels, a line, or given pixels.
///
/// The definitions are scikit-image's. With offsets x, y from the center: a disk holds x² + y² ≤ r², a square |x|, |y| ≤ r (2r + 1 pixels wide),
/// a diamond |x| + |y| ≤ r. Radius 0 is the center alone, which changes nothing. Dilation reflects an asymmetric footprint about its center, so
/// that opening and closing keep their meaning. The time for a shape depends little on its radius, that for others on the number of pixels.
public struct Footprint: Hashable, Sendable, CustomStringConvertible {
  /// The shape of a footprint.
  public enum Shape: String, CaseIterable, Hashable, Sendable {
    /// Pixels at most r from the center.
    case disk
    /// 2r + 1 pixels per side.
    case square
    /// Pixels with |x| + |y| ≤ r.
    case diamond
    /// 2r + 1 pixels in one direction.
    case line
  }

  /// The largest radius in pixels; no image is wider, so that a larger one would change nothing.
  public static let maximumRadius = 131_072.0

  /// Radius in pixels, 0...``maximumRadius``. A disk uses the fraction (a radius in mm is rarely whole), the others round it down.
  public let radius: Double
  /// The shape; nil for given pixels.
  public let shape: Shape?
  /// The pixels of what is none of the convex shapes.
  let given: [Offset]?

  /// Creates a footprint. A radius below 0 (or NaN) becomes 0, one above ``maximumRadius`` becomes that.
  /// - Parameter degrees: Direction of a line, counterclockwise from horizontal; ignored for other shapes.
  public init(_ shape: Shape, radius: Double, degrees: Double = 0) {
    self.shape = shape
    self.radius = radius > 0 ? min(radius, Self.maximumRadius) : 0
    given = shape == .line ? Self.line(reach: Int(self.radius), degrees: degrees) : nil
  }

  /// Creates a footprint from the pixels of a mask about its center (row height / 2, column width / 2, rounded down). An empty mask yields the center
  /// alone.
  public init(pixelsOf mask: Mask) {
    let (row, column, width) = (mask.size.height / 2, mask.size.width / 2, mask.size.width)
    let offsets = mask.elements.indices.filter { mask[$0 / width, $0 % width] }.map {
      Offset(row: $0 / width - row, column: $0 % width - column)
    }
    shape = nil
    radius = Double(max(row, column))
    given = offsets.isEmpty ? [Offset(row: 0, column: 0)] : offsets
  }

  private init(reflecting other: Footprint) {
    (shape, radius) = (other.shape, other.radius)
    given = other.given?.map { Offset(row: -$0.row, column: -$0.column) }
  }

  /// A disk: pixels at most `radius` px from the center.
  public static func disk(radius: Double) -> Footprint { Footprint(.disk, radius: radius) }
  /// A square of 2 · `radius` + 1 px per side, the radius rounded down.
  public static func square(radius: Double) -> Footprint { Footprint(.square, radius: radius) }
  /// A diamond: |x| + |y| at most `radius` px, rounded down.
  public static func diamond(radius: Double) -> Footprint { Footprint(.diamond, radius: radius) }

  /// Turned by 180° about the center.
  var reflected: Footprint { given == nil ? self : Footprint(reflecting: self) }

  /// The shape and its radius, such as `disk of radius 3.0 px`, or the number of given pixels.
  public var description: String {
    guard given == nil, let shape else { return "\(offsets.count) pixels" }
    return "\(shape.rawValue) of radius \(radius) px"
  }

  /// Nearest pixels of a straight line, symmetric about the center.
  private static func line(reach: Int, degrees: Double) -> [Offset] {
    let angle = degrees.isFinite ? fmod(degrees, 180) * .pi / 180 : 0
    let end = (row: (-sin(angle) * Double(reach)).rounded(), column: (cos(angle) * Double(reach)).rounded())
    let steps = Int(max(abs(end.row), abs(end.column)))
    guard steps > 0 else { return [Offset(row: 0, column: 0)] }
    return (-steps...steps).map { step in
      let part = Double(step) / Double(steps)
      return Offset(row: Int((end.row * part).rounded()), column: Int((end.column * part).rounded()))
    }
  }

  /// The farthest row that the footprint reaches.
  var reach: Int { Int(radius) }

  /// The same, of pixels that are given too.
  var rowReach: Int { given.map { $0.reduce(0) { max($0, abs($1.row)) } } ?? reach }

  /// Columns to each side of the center in the row at this distance (0...``reach``) from the center.
  private func halfWidth(atDistance row: Int) -> Int {
    switch shape {
    case .square, .line, nil: return reach
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

  /// A pixel of a footprint, by its place from the center.
  struct Offset: Hashable, Sendable {
    let row: Int
    let column: Int
    var squaredLength: Int { row * row + column * column }
  }

  /// All pixels, row by row.
  var offsets: [Offset] {
    if let given { return given }
    return (-reach...reach).flatMap { row in
      let halfWidth = halfWidth(atDistance: abs(row))
      return (-halfWidth...halfWidth).map { Offset(row: row, column: $0) }
    }
  }

  /// Consecutive rows of a footprint that have the same width; they exist above and below the center.
  struct Span: Hashable, Sendable {
    let halfWidth: Int
    /// Distances from the center's row.
    let rows: ClosedRange<Int>
  }

  /// The footprint from its tip to its center (widths ascend), clipped to what matters in an image of this size.
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
