import Basics

extension GrayImage {
  /// Detects edges one pixel wide: ridges of the gradient above `low` that are connected (8 neighbors) to a pixel of at least `high`, both in units
  /// of intensity per pixel times 8, by Sobel's integer weights.
  ///
  /// The image is smoothed by `sigma` px first (0...1000) and mirrored at the border; the outermost pixels carry no edge.
  /// Definition: scikit-image `feature.canny` with `mode='reflect'`. O(pixels · sigma).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Canny, A Computational Approach to Edge Detection, IEEE PAMI 8, 1986.
  public func cannyEdges(sigma: Double = 1, low: Double, high: Double) throws -> Mask {
    let cancellation = Cancellation.current
    try ImageError.require("low", low, in: 0...1e9)
    guard high >= low, high.isFinite else { throw ImageError.invalidParameter(name: "high", value: high, allowed: "at least low") }
    let smoothed = try gaussianBlurred(sigma: sigma)
    let (low, high, size) = (Float(low), Float(high), size)
    let width = size.width
    let words = (width + 63) / 64
    // For each row the words of weak edges, then those of strong ones.
    let edges: [UInt64] = try Parallel.mapBands(
      of: smoothed.pixels, size, reach: .init(2), beyond: .symmetric, filler: 0, length: 2 * words
    ) { band, rows, output in
      // Beyond a row's end as far as ridges are looked for eight at a time.
      let wide = width + 18
      // Differences down, differences across and magnitudes of three rows, with a column on each side.
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: 9 * wide) { memory in
        guard let memory = memory.baseAddress else { return }
        memory.initialize(repeating: 0, count: 9 * wide)
        func lines(_ row: Int) -> EdgeLines {
          let base = memory + (row + 3) % 3 * 3 * wide + 1
          return EdgeLines(down: base, across: base + wide, magnitude: base + 2 * wide)
        }
        lines(band.lowerBound - 1).fill(from: rows, row: band.lowerBound - 1, width: width)
        lines(band.lowerBound).fill(from: rows, row: band.lowerBound, width: width)
        for row in band {
          try cancellation.check()
          lines(row + 1).fill(from: rows, row: row + 1, width: width)
          let weak = output + (row - band.lowerBound) * 2 * words
          weak.initialize(repeating: 0, count: 2 * words)
          guard row > 0, row < size.height - 1, width > 2 else { continue }
          let here = lines(row)
          PixelKernels.ridges(
            down: here.down, across: here.across, above: lines(row - 1).magnitude, here: here.magnitude, below: lines(row + 1).magnitude,
            low: low, high: high, weak: weak, strong: weak + words, count: width)
          for word in [weak, weak + words] {
            // The outermost columns carry no edge.
            word[0] &= ~1
            word[(width - 1) / 64] &= (1 << UInt64((width - 1) & 63)) - 1
          }
        }
      }
    }
    func mask(from offset: Int) throws -> Mask {
      let part: [UInt64] = try Parallel.filled(rows: size.height, of: words) { rows, output in
        for row in rows {
          for word in 0..<words { output[(row - rows.lowerBound) * words + word] = edges[row * 2 * words + offset + word] }
        }
      }
      return Mask(size: size, words: part, spacing: spacing)
    }
    return try mask(from: 0).reconstructed(from: mask(from: words))
  }
}

/// One row's derivatives.
private struct EdgeLines {
  let down: UnsafeMutablePointer<Float>
  let across: UnsafeMutablePointer<Float>
  let magnitude: UnsafeMutablePointer<Float>

  /// One column more on each side is computed, since the ridge test asks for it.
  func fill(from rows: PaddedRows<Float>, row: Int, width: Int) {
    PixelKernels.edges(
      above: rows.row(row - 1) - 1, here: rows.row(row) - 1, below: rows.row(row + 1) - 1, down: down - 1, across: across - 1,
      magnitude: magnitude - 1, count: width + 2)
  }
}
