import Basics

extension Mask {
  /// A mask of the pixels for which the predicate holds, found in bands of rows on several threads; `isInside` gets row-major indices.
  /// - Throws: `CancellationError`.
  init(inBands size: Size, spacing: Spacing, where isInside: @Sendable (Int) -> Bool) throws {
    let (width, wordsPerRow) = (size.width, (size.width + 63) / 64)
    let words: [UInt64] = try Parallel.filled(rows: size.height, of: wordsPerRow, grain: max(1, 32_768 / width)) { rows, output in
      for row in rows {
        for word in 0..<wordsPerRow {
          let start = row * width + 64 * word
          var bits: UInt64 = 0
          for bit in 0..<min(64, width - 64 * word) where isInside(start + bit) { bits |= 1 << UInt64(bit) }
          output[(row - rows.lowerBound) * wordsPerRow + word] = bits
        }
      }
    }
    self.init(size: size, words: words, spacing: spacing)
  }
}
