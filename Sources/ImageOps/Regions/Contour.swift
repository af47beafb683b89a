import Basics

/// A closed outline of a mask.
///
/// Vertices lie halfway between a pixel inside and its neighbor outside, in pixels with the center of pixel (0, 0) as origin: the polygons of
/// marching squares at level 0.5 (scikit-image's `find_contours` of the mask with a border of background around it). The last vertex joins the
/// first. Seen as an image, outer contours run clockwise and holes counterclockwise, so that the mask is always to the right.
public struct Contour: Sendable, Hashable {
  /// A point of a contour, in pixels; (0, 0) is the center of the top left pixel.
  public struct Vertex: Sendable, Hashable {
    /// The row, downward.
    public var row: Double
    /// The column, to the right.
    public var column: Double

    /// Creates a vertex.
    public init(row: Double, column: Double) {
      self.row = row
      self.column = column
    }
  }

  /// The vertices in order; the last one joins the first.
  public var vertices: [Vertex]
  /// Whether the contour bounds a hole rather than a component.
  public var isHole: Bool

  /// Creates a contour.
  public init(vertices: [Vertex], isHole: Bool) {
    self.vertices = vertices
    self.isHole = isHole
  }

  /// The enclosed area in pixels, not negative.
  public var area: Double {
    guard var last = vertices.last else { return 0 }
    var twice = 0.0
    for vertex in vertices {
      twice += last.column * vertex.row - vertex.column * last.row
      last = vertex
    }
    return abs(twice) / 2
  }
}

extension Mask {
  /// Traces the closed outlines of all components and holes, ordered by their first pixel in raster order.
  ///
  /// - Parameter connectivity: Whether pixels that touch at a corner share an outline (`eight`, find_contours' `fully_connected='high'`) or not.
  /// - Throws: `CancellationError`.
  ///
  /// An empty mask has none. O(words + vertices).
  public func contours(connectivity: Connectivity = .eight) throws -> [Contour] {
    var tracer = ContourTracer(mask: self, joinsCorners: connectivity == .eight)
    return try tracer.trace()
  }
}

/// Walks along the cracks between pixels inside and outside, the mask to the right.
private struct ContourTracer {
  private enum Heading: Int {
    case east, south, west, north

    var rowStep: Int { self == .south ? 1 : self == .north ? -1 : 0 }
    var columnStep: Int { self == .east ? 1 : self == .west ? -1 : 0 }
    var turnedRight: Heading { Heading(rawValue: (rawValue + 1) & 3) ?? .east }
    var turnedLeft: Heading { Heading(rawValue: (rawValue + 3) & 3) ?? .east }
  }

  private let mask: Mask
  private let joinsCorners: Bool
  /// Pixels inside below a pixel outside whose upper crack has not been walked; every contour has one, which is walked eastwards.
  private var open: [UInt64]

  init(mask: Mask, joinsCorners: Bool) {
    self.mask = mask
    self.joinsCorners = joinsCorners
    open = mask.words
    for index in mask.wordsPerRow..<max(mask.wordsPerRow, open.count) { open[index] &= ~mask.words[index - mask.wordsPerRow] }
  }

  mutating func trace() throws -> [Contour] {
    let cancellation = Cancellation.current
    var contours: [Contour] = []
    for row in 0..<mask.size.height {
      if row & 63 == 0 { try cancellation.check() }
      for index in 0..<mask.wordsPerRow {
        while case let word = open[row * mask.wordsPerRow + index], word != 0 {
          contours.append(try contour(fromRow: row, column: index * 64 + word.trailingZeroBitCount))
        }
      }
    }
    return contours
  }

  private func isInside(_ row: Int, _ column: Int) -> Bool {
    mask.size.contains(row: row, column: column) && mask[row, column]
  }

  private mutating func contour(fromRow startRow: Int, column startColumn: Int) throws -> Contour {
    let cancellation = Cancellation.current
    var vertices: [Contour.Vertex] = []
    var (row, column, heading, turns) = (startRow, startColumn, Heading.east, 0)
    repeat {
      let left = heading.turnedLeft
      vertices.append(.init(row: Double(row) + 0.5 * Double(left.rowStep), column: Double(column) + 0.5 * Double(left.columnStep)))
      if vertices.count & 0xFFFF == 0 { try cancellation.check() }
      if heading == .east { open[row * mask.wordsPerRow + column >> 6] &= ~(1 << UInt64(column & 63)) }

      let ahead = (row: row + heading.rowStep, column: column + heading.columnStep)
      let aheadLeft = (row: ahead.row + left.rowStep, column: ahead.column + left.columnStep)
      let isAheadInside = isInside(ahead.row, ahead.column)
      if (isAheadInside || joinsCorners) && isInside(aheadLeft.row, aheadLeft.column) {
        (row, column, heading, turns) = (aheadLeft.row, aheadLeft.column, left, turns - 1)
      } else if isAheadInside {
        (row, column) = ahead
      } else {
        (heading, turns) = (heading.turnedRight, turns + 1)
      }
    } while (row, column, heading) != (startRow, startColumn, .east)
    return Contour(vertices: vertices, isHole: turns < 0)
  }
}
