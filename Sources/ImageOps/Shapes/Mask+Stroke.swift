import Basics

extension Mask {
  /// Creates a mask of the pixels whose centers are at most `radius` px (0...10,000) from a line through the points, clipped to the image.
  ///
  /// One point yields a disk, none an empty mask. O(points · rows that the brush covers · words it covers per row).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public init(size: Size, strokeThrough points: [FinePoint], radius: Double, spacing: Spacing = .unknown) throws {
    let cancellation = Cancellation.current
    guard (0...10_000).contains(radius) else {
      throw ImageError.invalidParameter(name: "radius", value: radius, allowed: "0 to 10000 px")
    }
    var writer = MaskWriter(size: size)
    var previous: FinePoint?
    for (index, point) in points.enumerated() where point != previous {
      if index & 15 == 0 { try cancellation.check() }
      let segment = StrokeSegment(start: (previous ?? point).pixelPoint, end: point.pixelPoint, radius: radius)
      previous = point
      let first = max(0, segment.rows.lowerBound)
      let last = min(Double(size.height - 1), segment.rows.upperBound)
      for row in stride(from: first.rounded(.up), through: last, by: 1) {
        guard let columns = segment.columns(inRow: row) else { continue }
        writer.set(row: Int(row), from: columns.lowerBound, through: columns.upperBound)
      }
    }
    self = writer.mask(spacing: spacing)
  }
}

/// What a round brush covers on its way from one point to another: a convex shape, so a run in every row.
private struct StrokeSegment {
  let start: PixelPoint
  let end: PixelPoint
  let radius: Double

  var rows: ClosedRange<Double> { min(start.row, end.row) - radius...max(start.row, end.row) + radius }

  private func isCovered(_ row: Double, _ column: Double) -> Bool {
    let (dy, dx) = (end.row - start.row, end.column - start.column)
    let squared = dy * dy + dx * dx
    let along = squared > 0 ? min(max(((row - start.row) * dy + (column - start.column) * dx) / squared, 0), 1) : 0
    let (y, x) = (row - start.row - along * dy, column - start.column - along * dx)
    return y * y + x * x <= radius * radius
  }

  /// The first and the last column covered in a row.
  func columns(inRow row: Double) -> ClosedRange<Int>? {
    var bounds: (low: Double, high: Double)?
    func add(_ low: Double, _ high: Double) { bounds = bounds.map { (min($0.low, low), max($0.high, high)) } ?? (low, high) }
    for center in [start, end] {
      let y = row - center.row
      let half = radius * radius - y * y
      if half >= 0 { add(center.column - half.squareRoot(), center.column + half.squareRoot()) }
    }
    let (dy, dx) = (end.row - start.row, end.column - start.column)
    let length = (dy * dy + dx * dx).squareRoot()
    if length > 0 {
      // The rectangle between the two disks, edge by edge.
      let (y, x) = (radius * dx / length, -radius * dy / length)
      let corners = [
        (start.row + y, start.column + x), (end.row + y, end.column + x), (end.row - y, end.column - x), (start.row - y, start.column - x),
      ]
      for (index, corner) in corners.enumerated() {
        let next = corners[(index + 1) & 3]
        guard min(corner.0, next.0) <= row, row <= max(corner.0, next.0), corner.0 != next.0 else { continue }
        let column = corner.1 + (row - corner.0) / (next.0 - corner.0) * (next.1 - corner.1)
        add(column, column)
      }
    }
    guard let bounds else { return nil }
    // Rounding may have moved the ends by a hair; the distance decides.
    var (low, high) = (bounds.low.rounded(.up) - 1, bounds.high.rounded(.down) + 1)
    while low <= high, !isCovered(row, low) { low += 1 }
    while low <= high, !isCovered(row, high) { high -= 1 }
    return low <= high ? Int(low)...Int(high) : nil
  }
}
