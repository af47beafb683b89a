extension GrayImage {
  /// Edges one pixel wide: ridges of the gradient above `low` that hang together (8 neighbours) with a place of at least `high`, both in units of
  /// intensity a pixel times 8, as Sobel's whole-number weights give them.
  ///
  /// The picture is smoothed by `sigma` px first (0...1000) and mirrored at the border; the outermost pixels carry no edge.
  /// Definition: scikit-image `feature.canny` with `mode='reflect'`. O(pixels · sigma).
  /// - Throws: `PictureError.invalidParameter`, `CancellationError`.
  /// - Source: Canny, A Computational Approach to Edge Detection, IEEE PAMI 8, 1986.
  public func cannyEdges(sigma: Double = 1, low: Double, high: Double, polling cancellation: Cancellation = .never) throws -> Mask {
    try PictureError.require("low", low, in: 0...1e9)
    guard high >= low, high.isFinite else { throw PictureError.invalidParameter(name: "high", value: high, allowed: "at least low") }
    let smoothed = try gaussianBlurred(sigma: sigma, polling: cancellation)
    let (low, high, size) = (Float(low), Float(high), size)
    let width = size.width
    // 0 no edge, 1 a weak one, 2 a strong one.
    let strengths: [UInt8] = try Parallel.mapBands(
      of: smoothed.pixels, size, reach: .init(2), beyond: .symmetric, filler: 0, polling: cancellation
    ) { band, rows, output in
      let wide = width + 2
      // Differences down, differences across and magnitudes of three rows, with a column on each side.
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: 9 * wide) { memory in
        guard let memory = memory.baseAddress else { return }
        func lines(_ row: Int) -> EdgeLines {
          let base = memory + (row + 3) % 3 * 3 * wide + 1
          return EdgeLines(down: base, across: base + wide, magnitude: base + 2 * wide)
        }
        lines(band.lowerBound - 1).fill(from: rows, row: band.lowerBound - 1, width: width)
        lines(band.lowerBound).fill(from: rows, row: band.lowerBound, width: width)
        for row in band {
          try cancellation.check()
          lines(row + 1).fill(from: rows, row: row + 1, width: width)
          let line = output + (row - band.lowerBound) * width
          line.initialize(repeating: 0, count: width)
          guard row > 0, row < size.height - 1, width > 2 else { continue }
          let (here, above, below) = (lines(row), lines(row - 1).magnitude, lines(row + 1).magnitude)
          for column in 1..<width - 1 where here.magnitude[column] >= low {
            if here.isRidge(column, above: above, below: below) { line[column] = here.magnitude[column] >= high ? 2 : 1 }
          }
        }
      }
    }
    let weak = try Mask(size: size, spacing: spacing, polling: cancellation) { strengths[$0] > 0 }
    return try weak.reconstructed(fromWhere: { strengths[$0] == 2 }, polling: cancellation)
  }
}

/// One row's derivatives.
private struct EdgeLines {
  let down: UnsafeMutablePointer<Float>
  let across: UnsafeMutablePointer<Float>
  let magnitude: UnsafeMutablePointer<Float>

  /// One column more on each side is computed, since the ridge test asks for it.
  func fill(from rows: PaddedRows<Float>, row: Int, width: Int) {
    let (a, b, c) = (rows.row(row - 1), rows.row(row), rows.row(row + 1))
    for x in -1..<width + 1 {
      let d = (c[x - 1] + 2 * c[x] + c[x + 1]) - (a[x - 1] + 2 * a[x] + a[x + 1])
      let e = (a[x + 1] + 2 * b[x + 1] + c[x + 1]) - (a[x - 1] + 2 * b[x - 1] + c[x - 1])
      down[x] = d
      across[x] = e
      magnitude[x] = (d * d + e * e).squareRoot()
    }
  }

  /// Whether no place one step along the gradient, between pixels, is steeper.
  func isRidge(_ x: Int, above: UnsafePointer<Float>, below: UnsafePointer<Float>) -> Bool {
    let (d, e, m) = (down[x], across[x], magnitude[x])
    let here = UnsafePointer(magnitude)
    let isFalling = (d >= 0 && e >= 0) || (d <= 0 && e <= 0)
    guard d != 0 || e != 0 else { return false }
    let (fore, back) = isFalling ? (below, above) : (above, below)
    let (steep, flat) = (abs(d), abs(e))
    // Between the neighbour straight on and the diagonal one, weighted by the slope.
    let (w, straightFore, straightBack) =
      steep > flat ? (flat / steep, fore[x], back[x]) : (steep / flat, here[x + 1], here[x - 1])
    return fore[x + 1] * w + straightFore * (1 - w) <= m && back[x - 1] * w + straightBack * (1 - w) <= m
  }
}
