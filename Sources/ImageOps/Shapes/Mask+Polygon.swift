import Basics

extension Mask {
  /// Creates a mask of the pixels whose centers lie inside closed polygons or on their edges, by the even-odd rule: a polygon inside another is a
  /// hole.
  ///
  /// The last point of each joins the first. Decided exactly, in whole hundredths of a pixel. Points may lie outside the image; the polygons are
  /// clipped. No polygon, or one without a point, yields an empty mask. Definition: scikit-image `draw.polygon`. O(rows that edges cross · words per
  /// row).
  /// - Throws: `CancellationError`.
  public init(size: Size, polygons: [[FinePoint]], spacing: Spacing = .unknown) throws {
    let cancellation = Cancellation.current
    var inside = MaskWriter(size: size)
    var edges = MaskWriter(size: size)
    var work = 0
    for polygon in polygons {
      guard var start = polygon.last else { continue }
      for end in polygon {
        let rows = Self.rows(from: start, to: end, of: size)
        work += rows.count + 1
        if work >= 4096 {
          work = 0
          try cancellation.check()
        }
        for row in rows { Self.cross(start, end, row: row, &inside, &edges) }
        start = end
      }
    }
    self = try inside.mask(spacing: spacing).union(edges.mask(spacing: spacing))
  }

  /// The rows of the image that an edge meets.
  private static func rows(from start: FinePoint, to end: FinePoint, of size: Size) -> Range<Int> {
    let first = max(0, min(start.row, end.row).dividedUp(by: FinePoint.unit))
    let last = min(size.height - 1, max(start.row, end.row).dividedDown(by: FinePoint.unit))
    return first..<max(first, last + 1)
  }

  private static func cross(_ start: FinePoint, _ end: FinePoint, row: Int, _ inside: inout MaskWriter, _ edges: inout MaskWriter) {
    let unit = FinePoint.unit
    let (low, high) = start.row <= end.row ? (start, end) : (end, start)
    let height = high.row - low.row
    guard height > 0 else {
      // A level edge crosses nothing, but the centers on it count.
      let (left, right) = (min(start.column, end.column), max(start.column, end.column))
      edges.set(row: row, from: left.dividedUp(by: unit), through: right.dividedDown(by: unit))
      return
    }
    // The column of the crossing is `numerator / (unit * height)` px.
    let numerator = low.column * height + (unit * row - low.row) * (high.column - low.column)
    let column = numerator.dividedUp(by: unit * height)
    if numerator == column * unit * height { edges.set(row: row, from: column, through: column) }
    if unit * row < high.row { inside.toggle(row: row, from: column) }
  }
}
