/// The first and last pixel of a region in one row.
struct RowExtent {
  let row: Int
  let first: Int
  var last: Int
}

/// The convex hull of a region's pixels, each taken as a diamond of half a pixel's reach (scikit-image's `convex_hull_image`).
///
/// Coordinates are doubled, so that all arithmetic is on whole numbers.
struct ConvexHull {
  private struct Point {
    let row: Int
    let column: Int
  }

  private let lower: [Point]
  private let upper: [Point]

  /// - Parameter extents: one for each row of the region, rows ascending.
  init(of extents: [RowExtent]) {
    // Sorted by row, then column: the left chain keeps the leftmost points, the right chain the rightmost.
    let tips = { (extent: RowExtent, column: Int) in
      [
        Point(row: 2 * extent.row - 1, column: 2 * column), Point(row: 2 * extent.row + 1, column: 2 * column),
      ]
    }
    let left = extents.flatMap { extent in
      let points = tips(extent, extent.first)
      return [points[0], Point(row: 2 * extent.row, column: 2 * extent.first - 1), points[1]]
    }
    let right = extents.flatMap { extent in
      let points = tips(extent, extent.last)
      return [points[0], Point(row: 2 * extent.row, column: 2 * extent.last + 1), points[1]]
    }
    lower = Self.chain(left, side: -1)
    upper = Self.chain(right, side: 1)
  }

  /// The points of a chain from top to bottom that bulge toward the given side.
  private static func chain(_ points: [Point], side: Int) -> [Point] {
    var chain: [Point] = []
    for point in points {
      if let last = chain.last, last.row == point.row {
        if (point.column - last.column) * side <= 0 { continue }
        chain.removeLast()
      }
      while chain.count >= 2 {
        let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
        let turn = (b.row - a.row) * (point.column - a.column) - (b.column - a.column) * (point.row - a.row)
        if turn * side < 0 { break }
        chain.removeLast()
      }
      chain.append(point)
    }
    return chain
  }

  /// Number of pixels whose center lies in the hull or on its border.
  var pixelCount: Int {
    var count = 0
    forEachRow { _, columns in count += columns.count }
    return count
  }

  /// Calls `body` with each row and the columns of the pixels whose center lies in the hull or on its border.
  func forEachRow(_ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
    guard let top = lower.first?.row, let bottom = lower.last?.row else { return }
    var (left, right) = (0, 0)
    for row in stride(from: top + 1, to: bottom, by: 2) {
      while left + 2 < lower.count && lower[left + 1].row < row { left += 1 }
      while right + 2 < upper.count && upper[right + 1].row < row { right += 1 }
      let (a, b) = (lower[left], lower[left + 1])
      let (c, d) = (upper[right], upper[right + 1])
      // Column of the chain at this row, halved back to pixels and rounded into the hull.
      let first = -floorDivide(-(a.column * (b.row - a.row) + (b.column - a.column) * (row - a.row)), 2 * (b.row - a.row))
      let last = floorDivide(c.column * (d.row - c.row) + (d.column - c.column) * (row - c.row), 2 * (d.row - c.row))
      if first <= last { body(row / 2, first..<last + 1) }
    }
  }

  private func floorDivide(_ numerator: Int, _ denominator: Int) -> Int {
    let quotient = numerator / denominator
    return numerator % denominator < 0 ? quotient - 1 : quotient
  }
}
