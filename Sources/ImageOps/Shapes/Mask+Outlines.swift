import Basics

/// A corner between four pixels: row 0 is the upper edge of the image, column 0 the left edge.
public struct PixelCorner: Hashable, Sendable {
  /// The row of the pixels below the corner.
  public var row: Int
  /// The column of the pixels to its right.
  public var column: Int

  /// Creates a corner.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

extension Mask {
  /// Traces one closed polygon along pixel edges per region (4-connected), ordered by first pixel; the last corner joins the first.
  ///
  /// A hole is connected by a cut, a horizontal line that is followed there and back, so that a format without holes can hold the region. Filled by
  /// any rule at the centers of pixels, the polygons reproduce the mask exactly. An empty mask has none. O(words + corners).
  ///
  /// - Parameter tolerance: the largest distance in px between outline and polygon, for polygons of fewer corners. By the even-odd rule, pixels whose
  ///   centers are farther from the outline keep their side. Cuts stay as they are. See ``SimplifiedOutline``.
  /// - Throws: `CancellationError`.
  public func outlines(simplifiedWithin tolerance: Double = 0) throws -> [[PixelCorner]] {
    let loops = try contours(connectivity: .four).map { EdgeLoop($0) }
    return try LoopJoiner(mask: self, loops: loops).polygons().map { try $0.corners(within: tolerance) }
  }
}

/// A contour as the corners that it turns at.
struct EdgeLoop {
  /// Every corner passed, those in the middle of straight edges too: cuts may end there.
  var corners: [PixelCorner]
  let isHole: Bool

  /// A contour's vertices lie on the middles of the edges between pixels; from one to the next there is one corner.
  init(_ contour: Contour) {
    isHole = contour.isHole
    let vertices = contour.vertices
    corners = []
    corners.reserveCapacity(vertices.count)
    for (index, vertex) in vertices.enumerated() {
      let next = vertices[index + 1 < vertices.count ? index + 1 : 0]
      // In halves of a pixel: an edge's middle has one coordinate on the lines between pixels, and the corner shares that of both edges.
      func isLevel(_ vertex: Contour.Vertex) -> Bool { vertex.row != vertex.row.rounded() }
      let row: Double
      let column: Double
      switch (isLevel(vertex), isLevel(next)) {
      case (true, true): (row, column) = (vertex.row, (vertex.column + next.column) / 2)
      case (false, false): (row, column) = ((vertex.row + next.row) / 2, vertex.column)
      case (true, false): (row, column) = (vertex.row, next.column)
      case (false, true): (row, column) = (next.row, vertex.column)
      }
      corners.append(PixelCorner(row: Int((row + 0.5).rounded()), column: Int((column + 0.5).rounded())))
    }
  }

  /// Without corners in the middle of straight edges; where the path turns back it keeps them.
  static func straightened(_ path: [PixelCorner]) -> [PixelCorner] {
    guard path.count > 2 else { return path }
    var result: [PixelCorner] = []
    for (index, corner) in path.enumerated() {
      let (before, after) = (path[index > 0 ? index - 1 : path.count - 1], path[index + 1 < path.count ? index + 1 : 0])
      let isStraight =
        before.row == corner.row && corner.row == after.row && (before.column < corner.column) == (corner.column < after.column)
        || before.column == corner.column && corner.column == after.column && (before.row < corner.row) == (corner.row < after.row)
      if !isStraight { result.append(corner) }
    }
    return result
  }
}

/// Joins holes to the loops on their left.
private struct LoopJoiner {
  let mask: Mask
  let loops: [EdgeLoop]

  /// A hole that hangs on a corner, and the corner of its own where the cut ends.
  private struct Cut {
    let hole: Int
    let start: Int
  }

  func polygons() throws -> [SimplifiedOutline] {
    let cancellation = Cancellation.current
    // Which loop passes a corner. One where a cut ends has pixels of the region on both sides of the line, so a single loop passes it.
    var owners: [PixelCorner: Int] = [:]
    let hasHoles = loops.contains(where: \.isHole)
    for (index, loop) in loops.enumerated() where hasHoles {
      if index & 255 == 0 { try cancellation.check() }
      for corner in loop.corners { owners[corner] = index }
    }
    var cuts = [[PixelCorner: [Cut]]](repeating: [:], count: loops.count)
    var isJoined = loops.map { !$0.isHole }
    for (index, loop) in loops.enumerated() where loop.isHole {
      if index & 255 == 0 { try cancellation.check() }
      guard let start = loop.corners.indices.min(by: { Self.isBefore(loop.corners[$0], loop.corners[$1]) }) else { continue }
      let corner = loop.corners[start]
      // Left along the line above the hole's first pixel while both sides of the line are inside.
      var column = corner.column
      repeat { column -= 1 } while column > 0 && isInside(corner.row, column - 1) && isInside(corner.row - 1, column - 1)
      let end = PixelCorner(row: corner.row, column: column)
      guard let owner = owners[end], owner != index else { continue }
      cuts[owner][end, default: []].append(Cut(hole: index, start: start))
      isJoined[index] = true
    }
    // A hole that found no neighbor stands for itself, which the even-odd rule fills alike.
    return loops.indices.filter { !loops[$0].isHole || !isJoined[$0] }.map { walk($0, &cuts) }
  }

  private func isInside(_ row: Int, _ column: Int) -> Bool { mask.size.contains(row: row, column: column) && mask[row, column] }

  private static func isBefore(_ a: PixelCorner, _ b: PixelCorner) -> Bool { (a.row, a.column) < (b.row, b.column) }

  /// The loop with the holes that hang on it, theirs included; the ends of cuts are fixed.
  private func walk(_ root: Int, _ cuts: inout [[PixelCorner: [Cut]]]) -> SimplifiedOutline {
    struct Frame {
      let loop: Int
      let start: Int
      var done = 0
      /// Where a hole's walk set out from here.
      var origin: PixelCorner?
    }
    var path: [PixelCorner] = []
    var ends = Set<Int>()
    var open = [Frame(loop: root, start: 0)]
    while var frame = open.popLast() {
      let corners = loops[frame.loop].corners
      let corner: PixelCorner
      var isEnd = frame.origin != nil
      if let origin = frame.origin {
        corner = origin
      } else {
        // A hole's walk ends where it began, and goes back along the cut.
        guard frame.done < corners.count + (frame.loop == root ? 0 : 1) else { continue }
        corner = corners[(frame.start + frame.done) % corners.count]
        isEnd = frame.loop != root && (frame.done == 0 || frame.done == corners.count)
        frame.done += 1
      }
      let next = cuts[frame.loop][corner]?.popLast()
      if isEnd || next != nil { ends.insert(path.count) }
      path.append(corner)
      frame.origin = next == nil ? nil : corner
      open.append(frame)
      if let next { open.append(Frame(loop: next.hole, start: next.start)) }
    }
    return SimplifiedOutline(path: path, fixed: ends)
  }
}
