import Basics

extension Mask {
  /// Finds the pixels whose neighborhood has all of `hits` inside and all of `misses` outside the mask, as offsets (row, column) from the pixel.
  ///
  /// Beyond the image is outside. Definition: `scipy.ndimage.binary_hit_or_miss`. O(words · offsets).
  /// - Throws: `CancellationError`.
  public func hitOrMiss(hits: [(row: Int, column: Int)], misses: [(row: Int, column: Int)]) throws -> Mask {
    let cancellation = Cancellation.current
    var result = Mask(size: size, filled: true, spacing: spacing)
    let outside = inverted()
    for (places, source, fill) in [(hits, self, false), (misses, outside, true)] {
      for place in places {
        try cancellation.check()
        result = try result.intersection(source.moved(rows: -place.row, columns: -place.column, filledWith: fill))
      }
    }
    return result
  }

  /// The mask moved down and to the right by whole pixels; `filledWith` says what comes in from beyond the border.
  func moved(rows: Int, columns: Int, filledWith fill: Bool) -> Mask {
    guard abs(rows) < size.height, abs(columns) < size.width else { return Mask(size: size, filled: fill, spacing: spacing) }
    let margin = abs(columns) / 64 + 2
    let empty: UInt64 = fill ? ~0 : 0
    var line = [UInt64](repeating: empty, count: wordsPerRow + 2 * margin)
    var result = Mask(size: size, filled: fill, spacing: spacing)
    for row in max(0, rows)..<min(size.height, size.height + rows) {
      let source = (row - rows) * wordsPerRow
      for index in 0..<wordsPerRow { line[margin + index] = words[source + index] }
      line[margin + wordsPerRow - 1] |= fill ? ~tailBits : 0
      for index in 0..<wordsPerRow {
        let first = margin + index + (-columns >> 6)
        let bits = UInt64(truncatingIfNeeded: -columns & 63)
        result.words[row * wordsPerRow + index] = bits == 0 ? line[first] : line[first] >> bits | line[first + 1] << (64 - bits)
      }
    }
    result.clearTails()
    return result
  }
}
