import Basics

/// A closed polygon of pixel corners on its way to fewer corners, by the algorithm of Douglas and Peucker (1973).
struct SimplifiedOutline {
  /// Every corner passed, in order; the last joins the first.
  let path: [PixelCorner]
  /// Indices of corners that stay, such as the ends of a slit, whose two sides then remain one line.
  let fixed: Set<Int>

  /// Returns the corners that stay: every corner passed is within the tolerance, in px, of the edge that replaces it.
  ///
  /// The polygon moves to the simplified one without any point moving farther than the tolerance. So a pixel whose center is farther than that from
  /// the polygon stays on its side of it, by the even-odd rule, even where edges cross. A polygon that would keep fewer than three corners is returned
  /// unsimplified. O(n log n) typically, O(n²) at worst.
  /// - Throws: `CancellationError`.
  func corners(within tolerance: Double) throws -> [PixelCorner] {
    guard tolerance > 0, path.count > 3 else { return EdgeLoop.straightened(path) }
    // From the first corner in reading order, so that the result does not depend on where the outline was begun.
    let first = path.indices.min { (path[$0].row, path[$0].column) < (path[$1].row, path[$1].column) } ?? 0
    let rotated = SimplifiedOutline(
      path: Array(path[first...] + path[..<first]), fixed: Set(fixed.map { ($0 + path.count - first) % path.count }))
    let kept = Self.straightened(try rotated.kept(within: tolerance))
    return kept.count < 3 ? EdgeLoop.straightened(path) : kept
  }

  private func kept(within tolerance: Double) throws -> [PixelCorner] {
    var anchors = fixed.union([0]).sorted()
    if anchors.count == 1 { anchors.append(farthest(in: 0..<path.count, from: path[0], path[0]).index) }
    var stays = [Bool](repeating: false, count: path.count)
    for anchor in anchors { stays[anchor] = true }
    var open = Array(zip(anchors, anchors.dropFirst() + [path.count]))
    let cancellation = Cancellation.current
    var scanned = 0
    while let (start, end) = open.popLast() {
      guard end - start > 1 else { continue }
      scanned += end - start
      if scanned > 1 << 16 {
        try cancellation.check()
        scanned = 0
      }
      let worst = farthest(in: start + 1..<end, from: path[start], path[end == path.count ? 0 : end])
      guard worst.squared > tolerance * tolerance else { continue }
      stays[worst.index] = true
      open += [(start, worst.index), (worst.index, end)]
    }
    return path.indices.filter { stays[$0] }.map { path[$0] }
  }

  /// Without corners at which the polygon goes straight on; the first stays.
  private static func straightened(_ corners: [PixelCorner]) -> [PixelCorner] {
    var result: [PixelCorner] = []
    for (index, corner) in corners.enumerated() {
      guard let before = result.last else {
        result.append(corner)
        continue
      }
      let after = corners[index + 1 < corners.count ? index + 1 : 0]
      let (y, x) = (corner.row - before.row, corner.column - before.column)
      let (nextY, nextX) = (after.row - corner.row, after.column - corner.column)
      if y * nextX != x * nextY || y * nextY + x * nextX <= 0 { result.append(corner) }
    }
    return result
  }

  /// The first of the corners that are farthest from the line segment between two.
  private func farthest(in range: Range<Int>, from start: PixelCorner, _ end: PixelCorner) -> (index: Int, squared: Double) {
    let (rows, columns) = (Double(end.row - start.row), Double(end.column - start.column))
    let length = rows * rows + columns * columns
    var worst = (index: range.lowerBound, squared: -1.0)
    for index in range {
      let (y, x) = (Double(path[index].row - start.row), Double(path[index].column - start.column))
      let along = length > 0 ? min(max((y * rows + x * columns) / length, 0), 1) : 0
      let (dy, dx) = (y - along * rows, x - along * columns)
      let squared = dy * dy + dx * dx
      if squared > worst.squared { worst = (index, squared) }
    }
    return worst
  }
}
