import Basics

extension GrayImage {
  /// Applies contrast-limited adaptive histogram equalization (CLAHE): each tile is equalized with its histogram clipped at `clipLimit` times the
  /// mean count (0 clips nothing), and each pixel interpolates the curves of the nearest four tiles.
  ///
  /// Tiles 1...64 per direction. Histograms have 256 bins over the nominal range, so that the limit means the same at every bit depth. Except for
  /// 8-bit whole numbers, curves are linear between bins and the result is not rounded. The result has the same range. Definition: OpenCV
  /// `createCLAHE`, the same bits on 8-bit images. O(pixels + tiles).
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV, 1994.
  public func contrastLimitedEqualized(clipLimit: Double = 2, tilesDown: Int = 8, tilesAcross: Int = 8) throws -> GrayImage {
    try ImageError.require("clip limit", clipLimit, in: 0...1e6)
    try ImageError.require("tiles", Double(tilesDown), in: 1...64)
    try ImageError.require("tiles", Double(tilesAcross), in: 1...64)
    if range == 0...255, let bytes = try packed(as: UInt8.self) {
      let tiles = try TileCurves(of: bytes, size, clipLimit: clipLimit, tilesDown, tilesAcross)
      return with(pixels: try tiles.applied(toBytes: bytes))
    }
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    guard span > 0 else { return self }
    // Places among the 256 bins.
    let places = try mapPixels { pixel in
      let place = (pixel - low) / span * 255
      return min(max(place.isNaN ? 0 : place, 0), 255)
    }.pixels
    let bins: [UInt8] = try places.withUnsafeBufferPointer { places in
      nonisolated(unsafe) let places = places
      let width = size.width
      return try Parallel.filled(rows: size.height, of: width) { rows, output in
        let base = rows.lowerBound * width
        for index in 0..<rows.count * width { output[index] = UInt8(places[base + index].rounded()) }
      }
    }
    let tiles = try TileCurves(of: bins, size, clipLimit: clipLimit, tilesDown, tilesAcross)
    return try with(pixels: try tiles.applied(to: places)).mapPixels {
      low + $0 / 255 * span
    }
  }
}

/// One curve for each tile of an image that is extended, mirrored about its last pixels, to whole tiles.
private struct TileCurves {
  let size: Size
  static let levels = 256
  let (down, across): (Int, Int)
  /// Rows and columns of a tile.
  let (height, width): (Int, Int)
  /// `levels` values for each tile, row by row.
  let curves: [UInt16]

  init(of pixels: [UInt8], _ size: Size, clipLimit: Double, _ down: Int, _ across: Int) throws {
    (self.size, self.down, self.across) = (size, down, across)
    let levels = Self.levels
    // As OpenCV: where one side does not divide, both are extended, by a whole tile where that one does.
    let divides = size.width % across == 0 && size.height % down == 0
    let (tileHeight, tileWidth) =
      divides
      ? (size.height / down, size.width / across)
      : ((size.height + down - size.height % down) / down, (size.width + across - size.width % across) / across)
    (height, width) = (tileHeight, tileWidth)
    let area = tileHeight * tileWidth
    let limit = clipLimit > 0 ? max(1, Int(clipLimit * Double(area) / Double(levels))) : 0
    let rows =
      Padding<UInt8>.reflect.sources(margin: 0, count: size.height)
      + (size.height..<tileHeight * down).map {
        Padding<UInt8>.reflect.source(of: $0, count: size.height)
      }
    let columns = (0..<tileWidth * across).map { Padding<UInt8>.reflect.source(of: $0, count: size.width) ?? 0 }
    let scale = Float(levels - 1) / Float(area)
    curves = try Parallel.filled(rows: down * across, of: levels, grain: 1) { tiles, output in
      for tile in tiles {
        let (top, left) = (tile / across * tileHeight, tile % across * tileWidth)
        var counts = Self.counts(
          of: pixels, width: size.width, rows[top..<top + tileHeight], columns[left..<left + tileWidth])
        if limit > 0 { Self.clip(&counts, at: limit) }
        var sum = 0
        for (level, count) in counts.enumerated() {
          sum += count
          let value = (Float(sum) * scale).rounded(.toNearestOrEven)
          output[(tile - tiles.lowerBound) * levels + level] = UInt16(min(max(value, 0), Float(levels - 1)))
        }
      }
    }
  }

  /// How often each level occurs in some rows and columns.
  private static func counts(
    of bytes: [UInt8], width: Int, _ rows: ArraySlice<Int?>, _ columns: ArraySlice<Int>
  ) -> [Int] {
    // Columns beyond the image are mirrored ones.
    let inside = max(0, min(columns.endIndex, width) - columns.startIndex)
    let beyond = columns.dropFirst(inside)
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1024) { tables -> [Int] in
      tables.initialize(repeating: 0)
      bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress, let counts = tables.baseAddress else { return }
        for row in rows {
          let line = base + (row ?? 0) * width
          PixelKernels.countLevels(line + columns.startIndex, count: inside, into: counts)
          for column in beyond { counts[Int(line[column])] += 1 }
        }
      }
      return (0..<256).map { level -> Int in
        let (one, two): (UInt32, UInt32) = (tables[level], tables[256 + level])
        let (three, four): (UInt32, UInt32) = (tables[512 + level], tables[768 + level])
        return Int(one) + Int(two) + Int(three) + Int(four)
      }
    }
  }

  /// What lies above the limit is dealt out evenly, the rest of that to every so many levels.
  private static func clip(_ counts: inout [Int], at limit: Int) {
    let levels = counts.count
    var excess = 0
    for level in 0..<levels where counts[level] > limit {
      excess += counts[level] - limit
      counts[level] = limit
    }
    let (each, rest) = excess.quotientAndRemainder(dividingBy: levels)
    for level in 0..<levels { counts[level] += each }
    guard rest > 0 else { return }
    let step = max(levels / rest, 1)
    for (dealt, level) in Swift.stride(from: 0, to: levels, by: step).enumerated() where dealt < rest { counts[level] += 1 }
  }

  /// The tiles to both sides of each place along a side, and how far it lies from the first one's middle.
  private func places(_ count: Int, _ tile: Int, _ tiles: Int) -> [(first: Int, second: Int, part: Float)] {
    let inverse = 1 / Float(tile)
    return (0..<count).map { index in
      let place = Float(index) * inverse - 0.5
      let first = Int(place.rounded(.down))
      return (max(first, 0), min(first + 1, tiles - 1), place - Float(first))
    }
  }

  /// The same with the four curves of each cell between middles of tiles side by side, one word a level.
  func applied(toBytes pixels: [UInt8]) throws -> [Float] {
    let columns = places(size.width, width, across)
    let rows = places(size.height, height, down)
    let parts = columns.map(\.part)
    // Columns with the same tiles to both sides follow one another.
    var starts = [0]
    for column in columns.indices.dropFirst()
    where (columns[column].first, columns[column].second) != (columns[column - 1].first, columns[column - 1].second) {
      starts.append(column)
    }
    let runs = zip(starts, starts.dropFirst() + [size.width]).map { $0..<$1 }
    let imageWidth = size.width
    return try pixels.withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: size.height, of: imageWidth) { band, output in
        guard let source = pixels.baseAddress, let target = output.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 256 * runs.count) { cells in
          guard let cells = cells.baseAddress else { return }
          var filled: (Int, Int)?
          for row in band {
            let place = rows[row]
            if filled.map({ $0 != (place.first, place.second) }) ?? true {
              for (index, run) in runs.enumerated() {
                fill(cells + 256 * index, above: place.first, below: place.second, columns[run.lowerBound])
              }
              filled = (place.first, place.second)
            }
            let (line, result) = (source + row * imageWidth, target + (row - band.lowerBound) * imageWidth)
            parts.withUnsafeBufferPointer { parts in
              guard let parts = parts.baseAddress else { return }
              for (index, run) in runs.enumerated() {
                PixelKernels.mixCurves(
                  line + run.lowerBound, cell: cells + 256 * index, parts: parts + run.lowerBound, part: place.part,
                  into: result + run.lowerBound, count: run.count)
              }
            }
          }
        }
      }
    }
  }

  /// The curves of the four tiles around a cell, a byte each.
  private func fill(_ cell: UnsafeMutablePointer<UInt32>, above: Int, below: Int, _ column: (first: Int, second: Int, part: Float)) {
    for level in 0..<256 {
      func curve(_ tileRow: Int, _ tile: Int) -> UInt32 { UInt32(curves[(tileRow * across + tile) * Self.levels + level]) }
      let upper = curve(above, column.first) | curve(above, column.second) << 8
      let lower = curve(below, column.first) | curve(below, column.second) << 8
      (cell + level).initialize(to: upper | lower << 16)
    }
  }

  /// The same for places between levels; not rounded.
  func applied(to pixels: [Float]) throws -> [Float] {
    let columns = places(size.width, width, across)
    let rows = places(size.height, height, down)
    let imageWidth = size.width
    return try pixels.withUnsafeBufferPointer { pixels in
      try curves.withUnsafeBufferPointer { curves in
        try columns.withUnsafeBufferPointer { columns in
          nonisolated(unsafe) let (pixels, curves, columns) = (pixels, curves, columns)
          return try Parallel.filled(rows: size.height, of: imageWidth) { band, output in
            for row in band {
              let place = rows[row]
              let (upper, lower) = (place.first * across, place.second * across)
              let base = row * imageWidth
              for column in 0..<imageWidth {
                let level = min(Int(pixels[base + column]), Self.levels - 2)
                let beyond = pixels[base + column] - Float(level)
                let (left, right, part) = columns[column]
                func curve(_ tile: Int) -> Float {
                  let place = tile * Self.levels + level
                  let (low, high) = (Float(curves[place]), Float(curves[place + 1]))
                  return low + (high - low) * beyond
                }
                let above = curve(upper + left) * (1 - part) + curve(upper + right) * part
                let below = curve(lower + left) * (1 - part) + curve(lower + right) * part
                output[(row - band.lowerBound) * imageWidth + column] = above * (1 - place.part) + below * place.part
              }
            }
          }
        }
      }
    }
  }
}
