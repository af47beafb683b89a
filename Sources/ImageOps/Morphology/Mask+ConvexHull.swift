import Basics

extension Mask {
  /// Computes the convex hull of the mask, or of each of its components (8 neighbors); an empty mask stays empty.
  ///
  /// Each pixel counts as a diamond that reaches half a pixel. Definition: scikit-image `morphology.convex_hull_image`, and `convex_hull_object`
  /// for components. O(words + runs).
  /// - Throws: `CancellationError`.
  public func convexHull(ofEachComponent: Bool = false) throws -> Mask {
    let cancellation = Cancellation.current
    let components = try Components(of: self, connectivity: .eight)
    var extents = [[RowExtent]](repeating: [], count: ofEachComponent ? components.count : 1)
    for row in 0..<size.height {
      for run in components.runs.runs(inRow: row) {
        let group = ofEachComponent ? Int(components.componentOfRun[run]) : 0
        let last = components.runs.end(run) - 1
        if let count = extents[group].indices.last, extents[group][count].row == row {
          extents[group][count].last = last
        } else {
          extents[group].append(RowExtent(row: row, first: components.runs.start(run), last: last))
        }
      }
    }
    var result = Mask(size: size, spacing: spacing)
    for group in extents {
      try cancellation.check()
      ConvexHull(of: group).forEachRow { row, columns in result.fill(row: row, columns: columns) }
    }
    return result
  }
}
