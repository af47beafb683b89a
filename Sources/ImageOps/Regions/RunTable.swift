import Basics

/// The horizontal runs of a mask in raster order: run i covers columns `edges[2i]..<edges[2i + 1]`.
///
/// Most pixels of a mask lie inside long runs, so what walks runs instead of pixels takes time for the outline only.
package struct RunTable {
  package let size: Size
  package private(set) var edges: [Int32] = []
  /// Index of the first run of each row, and at the end the number of runs.
  package private(set) var rowStarts: [Int]

  package var count: Int { edges.count / 2 }

  package func start(_ run: Int) -> Int { Int(edges[2 * run]) }
  package func end(_ run: Int) -> Int { Int(edges[2 * run + 1]) }
  package func length(_ run: Int) -> Int { end(run) - start(run) }
  package func runs(inRow row: Int) -> Range<Int> { rowStarts[row]..<rowStarts[row + 1] }

  /// Runs of the mask, or of what lies outside it.
  package init(of mask: Mask, complement: Bool = false) throws {
    let (size, wordsPerRow, tail) = (mask.size, mask.wordsPerRow, mask.tailBits)
    let flip: UInt64 = complement ? ~0 : 0
    self.size = size
    var starts = [Int](repeating: 0, count: size.height + 1)
    edges = try mask.words.withUnsafeBufferPointer { words in
      nonisolated(unsafe) let words = words
      // Counted first, so that all rows can then be written at once where they belong.
      try starts.withUnsafeMutableBufferPointer { starts in
        nonisolated(unsafe) let starts = starts
        try Parallel.forEachBand(of: size.height, grain: 256) { band in
          for row in band {
            var transitions = 0
            var carry: UInt64 = 0
            for index in 0..<wordsPerRow {
              let word = (words[row * wordsPerRow + index] ^ flip) & (index == wordsPerRow - 1 ? tail : ~0)
              transitions += (word ^ (word << 1 | carry)).nonzeroBitCount
              carry = word >> 63
            }
            starts[row + 1] = (transitions + 1) / 2
          }
        }
      }
      for row in 0..<size.height { starts[row + 1] += starts[row] }
      let total = 2 * starts[size.height]
      return try [Int32](unsafeUninitializedCapacity: total) { edges, count in
        guard total > 0 else { return }
        nonisolated(unsafe) let edges = UnsafeMutableBufferPointer(rebasing: edges[..<total])
        try starts.withUnsafeBufferPointer { starts in
          nonisolated(unsafe) let starts = starts
          try Parallel.forEachBand(of: size.height, grain: 256) { band in
            for row in band {
              var next = 2 * starts[row]
              var carry: UInt64 = 0
              for index in 0..<wordsPerRow {
                let word = (words[row * wordsPerRow + index] ^ flip) & (index == wordsPerRow - 1 ? tail : ~0)
                var transitions = word ^ (word << 1 | carry)
                carry = word >> 63
                while transitions != 0 {
                  edges[next] = Int32(truncatingIfNeeded: index * 64 + transitions.trailingZeroBitCount)
                  next += 1
                  transitions &= transitions - 1
                }
              }
              if next & 1 == 1 { edges[next] = Int32(truncatingIfNeeded: size.width) }
            }
          }
        }
        count = total
      }
    }
    rowStarts = starts
  }
}

extension Mask {
  /// Sets the pixels of a row in this range of columns.
  mutating func fill(row: Int, columns: Range<Int>) {
    setBits(row: row, columns: columns, to: true)
  }

  /// Clears the pixels of a row in this range of columns.
  mutating func clear(row: Int, columns: Range<Int>) {
    setBits(row: row, columns: columns, to: false)
  }

  private mutating func setBits(row: Int, columns: Range<Int>, to value: Bool) {
    guard !columns.isEmpty else { return }
    let base = row * wordsPerRow
    let last = columns.upperBound - 1
    for index in columns.lowerBound >> 6...last >> 6 {
      var bits: UInt64 = ~0
      if index == columns.lowerBound >> 6 { bits &= ~0 &<< UInt64(columns.lowerBound & 63) }
      if index == last >> 6 { bits &= ~0 &>> UInt64(63 - last & 63) }
      if value { words[base + index] |= bits } else { words[base + index] &= ~bits }
    }
  }
}
