/// The border of a region along pixel edges: one outline and its holes.
///
/// Rings are simple: they pass no corner twice. Seen as an image, outlines run clockwise and holes counterclockwise; the last corner joins the
/// first. Rings of a region may touch at corners.
public struct RegionPolygon: Sendable, Equatable {
  /// The corners of the outer ring.
  public var outline: [PixelCorner]
  /// The corners of each hole.
  public var holes: [[PixelCorner]]
}

extension Mask {
  /// Traces the border of each region (4-connected) along pixel edges, ordered by first pixel.
  ///
  /// Filled at the centers of pixels, the polygons reproduce the mask exactly, and the sum of their areas is the number of pixels. They are valid
  /// by the rules of OGC (simple features). An empty mask has no polygons. O(pixels + corners).
  /// - Throws: `CancellationError`.
  public func regionPolygons() throws -> [RegionPolygon] {
    let regions = try labeled(connectivity: .four)
    var polygons = [RegionPolygon](repeating: RegionPolygon(outline: [], holes: []), count: Int(regions.labels.max() ?? 0))
    for contour in try contours(connectivity: .four) {
      for ring in Self.simpleRings(EdgeLoop(contour).corners) {
        guard let first = ring.min(by: { ($0.row, $0.column) < ($1.row, $1.column) }) else { continue }
        let isOutline = Self.twiceArea(ring) > 0
        // Below the first corner of an outline, and above that of a hole, lies the region.
        let region = Int(regions[isOutline ? first.row : first.row - 1, first.column]) - 1
        if isOutline { polygons[region].outline = ring } else { polygons[region].holes.append(ring) }
      }
    }
    return polygons
  }

  /// Returns the smallest box around each region (4-connected), ordered by first pixel.
  /// - Throws: `CancellationError`.
  public func regionBoxes() throws -> [PixelBox] {
    try regionPolygons().map { polygon in
      let (rows, columns) = (polygon.outline.map(\.row), polygon.outline.map(\.column))
      return PixelBox(rows: (rows.min() ?? 0)..<(rows.max() ?? 0), columns: (columns.min() ?? 0)..<(columns.max() ?? 0))
    }
  }

  /// The parts of a loop between corners that it passes twice, without corners in the middle of straight edges.
  private static func simpleRings(_ loop: [PixelCorner]) -> [[PixelCorner]] {
    var rings: [[PixelCorner]] = []
    var path: [PixelCorner] = []
    var places: [PixelCorner: Int] = [:]
    for corner in loop {
      if let start = places[corner] {
        rings.append(Array(path[start...]))
        for passed in path[(start + 1)...] { places[passed] = nil }
        path.removeSubrange((start + 1)...)
      } else {
        places[corner] = path.count
        path.append(corner)
      }
    }
    return (rings + [path]).map(EdgeLoop.straightened)
  }

  /// Twice the area inside; negative for a ring that runs counterclockwise.
  private static func twiceArea(_ ring: [PixelCorner]) -> Int {
    guard var last = ring.last else { return 0 }
    var twice = 0
    for corner in ring {
      twice += last.column * corner.row - corner.column * last.row
      last = corner
    }
    return twice
  }
}
