import Basics

extension GrayImage {
  /// Computes the median of the (2 radius + 1)² pixels around each pixel, radius 0...1000, mirrored at the border (`scipy.ndimage.median_filter`).
  /// Exact.
  ///
  /// 8-bit whole numbers take the same time at any radius from 6 to 127, others O(radius). The image must not contain NaN.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  public func medianFiltered(radius: Int) throws -> GrayImage {
    try rankFiltered(percent: 50, radius: radius)
  }

  /// Computes a percentile of the (2 radius + 1)² pixels around each pixel: 0 % is the minimum, 50 % the median, 100 % the maximum, always one of the
  /// pixels (`scipy.ndimage.percentile_filter`).
  /// - Throws: As ``medianFiltered(radius:)``.
  public func rankFiltered(percent: Double, radius: Int) throws -> GrayImage {
    try ImageError.require("radius", Double(radius), in: 0...1000, unit: " px")
    try ImageError.require("percentage", percent, in: 0...100)
    guard radius > 0 else { return self }
    let side = 2 * radius + 1
    let rank = percent == 100 ? side * side - 1 : Int(Double(side * side) * percent / 100)
    if let bytes = try packed(as: UInt8.self) {
      return try bytes.ranked(size, rank: rank, side: side).unpacked(into: self)
    }
    if let shorts = try packed(as: UInt16.self) {
      let ranked =
        side <= 7
        ? try shorts.windowRanked(size, side: side, filler: 0) { first, stride, output in
          PixelKernels.rank(rank, of: first, stride: stride, side: side, into: output, count: size.width)
        } : try shorts.treeRanked(size, rank: rank, side: side)
      return try ranked.unpacked(into: self)
    }
    let ranked =
      side <= 5
      ? try pixels.windowRanked(size, side: side, filler: 0) { first, stride, output in
        PixelKernels.rank(rank, of: first, stride: stride, side: side, into: output, count: size.width)
      } : try pixels.treeRanked(size, rank: rank, side: side)
    return with(pixels: ranked)
  }
}

extension [UInt8] {
  fileprivate func ranked(_ size: Size, rank: Int, side: Int) throws -> [UInt8] {
    let cancellation = Cancellation.current
    let width = size.width
    // Up to 121 pixels can be counted in a byte, and up to 65 535 in the bins of a histogram.
    if side <= 11 {
      return try windowRanked(size, side: side, filler: 0) { first, stride, output in
        PixelKernels.rank(rank, of: first, stride: stride, side: side, into: output, count: width)
      }
    }
    guard side <= 255 else { return try treeRanked(size, rank: rank, side: side) }
    return try Parallel.mapBands(of: self, size, reach: .init(side / 2), beyond: .symmetric, filler: 0) { band, rows, output in
      let first = rows.row(band.lowerBound - side / 2) - side / 2
      let scratch = PixelKernels.slidingRankScratch(columns: Swift.min(512, width), side: side)
      try withUnsafeTemporaryAllocation(of: UInt16.self, capacity: scratch) { memory in
        guard let memory = memory.baseAddress else { return }
        // Strips whose histograms fit the cache.
        for start in Swift.stride(from: 0, to: width, by: 512) {
          try cancellation.check()
          PixelKernels.slidingRank(
            rank, of: first + start, stride: rows.stride, side: side, rows: band.count, columns: Swift.min(512, width - start),
            scratch: memory, into: output + start, outputStride: width)
        }
      }
    }
  }
}

extension Array where Element: BitwiseCopyable & Sendable & Comparable {
  fileprivate func windowRanked(
    _ size: Size, side: Int, filler: Element,
    _ kernel: @Sendable (_ first: UnsafePointer<Element>, _ stride: Int, _ output: UnsafeMutablePointer<Element>) -> Void
  ) throws -> [Element] {
    try Parallel.mapRows(
      of: self, size, reach: .init(side / 2), beyond: .symmetric, filler: filler
    ) { row, rows, line in kernel(rows.row(row - side / 2) - side / 2, rows.stride, line) }
  }

  /// Ranks by a tree of counts that a window drags back and forth. Each band numbers its distinct values in order.
  fileprivate func treeRanked(_ size: Size, rank: Int, side: Int) throws -> [Element] {
    let cancellation = Cancellation.current
    let (width, radius) = (size.width, side / 2)
    guard let filler = first else { return self }
    return try Parallel.mapBands(of: self, size, reach: .init(radius), beyond: .symmetric, filler: filler) { band, rows, output in
      let high = band.count + 2 * radius
      let wide = width + 2 * radius
      let origin = rows.row(band.lowerBound - radius) - radius
      var values: [Element] = []
      values.reserveCapacity(high * wide)
      for row in 0..<high { values.append(contentsOf: UnsafeBufferPointer(start: origin + row * rows.stride, count: wide)) }
      try cancellation.check()
      let sorted = values.distinctSorted()
      try cancellation.check()
      let keys = values.map { UInt32(truncatingIfNeeded: sorted.place(of: $0)) }
      var tree = RankTree(keys: sorted.count)
      for row in 0..<side { for column in 0..<side { tree.add(keys[row * wide + column], 1) } }
      for row in 0..<band.count {
        try cancellation.check()
        let isRightward = row & 1 == 0
        for step in 0..<width {
          let column = isRightward ? step : width - 1 - step
          if step > 0 {
            let (leaving, entering) = isRightward ? (column - 1, column + side - 1) : (column + side, column)
            for line in row..<row + side {
              tree.add(keys[line * wide + leaving], -1)
              tree.add(keys[line * wide + entering], 1)
            }
          }
          output[row * width + column] = sorted[tree.key(ofRank: rank)]
        }
        guard row + 1 < band.count else { break }
        let column = isRightward ? width - 1 : 0
        for place in column..<column + side {
          tree.add(keys[row * wide + place], -1)
          tree.add(keys[(row + side) * wide + place], 1)
        }
      }
    }
  }

  fileprivate func distinctSorted() -> [Element] {
    var result: [Element] = []
    for value in sorted() where result.last != value { result.append(value) }
    return result
  }

  /// The index of a value that is in this sorted array.
  fileprivate func place(of value: Element) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return Swift.min(low, count - 1)
  }
}

/// How often each key occurs, summed over groups of 16, of 256 and so on: a change or a question costs one step a level.
private struct RankTree {
  /// From the keys themselves to the coarsest groups.
  private var levels: [[Int32]]

  init(keys: Int) {
    levels = []
    var count = keys
    repeat {
      levels.append([Int32](repeating: 0, count: (count + 15) / 16 * 16))
      count = (count + 15) / 16
    } while count > 1
  }

  mutating func add(_ key: UInt32, _ change: Int32) {
    var index = Int(key)
    for level in levels.indices {
      levels[level][index] &+= change
      index >>= 4
    }
  }

  /// The least key such that more than `rank` of those counted are not above it.
  func key(ofRank rank: Int) -> Int {
    var remaining = Int32(truncatingIfNeeded: rank)
    var index = 0
    for level in stride(from: levels.count - 1, through: 0, by: -1) {
      index <<= 4
      while remaining >= levels[level][index] {
        remaining -= levels[level][index]
        index += 1
      }
    }
    return index
  }
}
