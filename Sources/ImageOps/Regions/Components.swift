import Basics

/// The connected components of a mask as runs: what labeling, filling, keeping and removing are made of.
///
/// Runs of neighboring rows that touch are united (union-find whose root is the earliest run), so that numbering the roots in order numbers the
/// components by their first pixel in raster order, as `scipy.ndimage.label` does. O(words + runs).
package struct Components {
  package let runs: RunTable
  /// Component of each run, from 0.
  package let componentOfRun: [Int32]
  /// Pixels of each component.
  package let areas: [Int]

  package var count: Int { areas.count }

  package init(of mask: Mask, complement: Bool = false, connectivity: Connectivity) throws {
    let cancellation = Cancellation.current
    let runs = try RunTable(of: mask, complement: complement)
    var parents: [Int32] = try Parallel.filled(rows: runs.count, of: 1, grain: 65_536) { rows, output in
      for run in rows { output[run - rows.lowerBound] = Int32(truncatingIfNeeded: run) }
    }
    // Diagonal neighbors touch when the ranges, one column wider, overlap.
    let slack: Int32 = connectivity == .eight ? 1 : 0
    try runs.edges.withUnsafeBufferPointer { edges in
      try parents.withUnsafeMutableBufferPointer { parents in
        for row in 1..<max(1, runs.size.height) {
          if row & 255 == 0 { try cancellation.check() }
          var above = runs.rowStarts[row - 1]
          let aboveEnd = runs.rowStarts[row]
          let hereEnd = runs.rowStarts[row + 1]
          var here = aboveEnd
          while above < aboveEnd && here < hereEnd {
            let (aboveStop, hereStop) = (edges[2 * above + 1], edges[2 * here + 1])
            if edges[2 * above] < hereStop + slack && edges[2 * here] < aboveStop + slack {
              Self.unite(Int32(truncatingIfNeeded: above), Int32(truncatingIfNeeded: here), in: parents)
            }
            if aboveStop < hereStop { above += 1 } else { here += 1 }
          }
        }
      }
    }
    var numbers = try [Int32](filledWith: 0, count: runs.count)
    var areas: [Int] = []
    for run in 0..<runs.count {
      if run & 0xFFFF == 0 { try cancellation.check() }
      let parent = Int(parents[run])
      if parent == run {
        numbers[run] = Int32(truncatingIfNeeded: areas.count)
        areas.append(0)
      } else {
        // Parents come earlier, so that theirs is the root's number by now.
        numbers[run] = numbers[parent]
      }
      areas[Int(numbers[run])] += runs.length(run)
    }
    self.runs = runs
    self.areas = areas
    componentOfRun = numbers
  }

  private static func root(of run: Int32, in parents: UnsafeMutableBufferPointer<Int32>) -> Int32 {
    var run = run
    while parents[Int(run)] != run {
      parents[Int(run)] = parents[Int(parents[Int(run)])]
      run = parents[Int(run)]
    }
    return run
  }

  private static func unite(_ one: Int32, _ other: Int32, in parents: UnsafeMutableBufferPointer<Int32>) {
    let (a, b) = (root(of: one, in: parents), root(of: other, in: parents))
    if a < b { parents[Int(b)] = a } else if b < a { parents[Int(a)] = b }
  }

  /// Whether each component reaches the image's border.
  package func touchesBorder() throws -> [Bool] {
    let cancellation = Cancellation.current
    var touches = [Bool](repeating: false, count: count)
    for row in 0..<runs.size.height {
      try cancellation.checkRow(row)
      let isEdgeRow = row == 0 || row == runs.size.height - 1
      for run in runs.runs(inRow: row) where isEdgeRow || runs.start(run) == 0 || runs.end(run) == runs.size.width {
        touches[Int(componentOfRun[run])] = true
      }
    }
    return touches
  }

  /// Calls `body` with row and columns of every run of the chosen components.
  package func forEachRun(of isChosen: [Bool], _ body: (_ row: Int, _ columns: Range<Int>) -> Void)
    throws
  {
    let cancellation = Cancellation.current
    for row in 0..<runs.size.height {
      try cancellation.checkRow(row)
      for run in runs.runs(inRow: row) where isChosen[Int(componentOfRun[run])] {
        body(row, runs.start(run)..<runs.end(run))
      }
    }
  }
}
