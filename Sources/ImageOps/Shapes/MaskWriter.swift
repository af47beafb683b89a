/// The words of a mask while a shape is drawn into them, row by row; columns outside of the image are clipped.
struct MaskWriter {
  let size: Size
  let wordsPerRow: Int
  var words: [UInt64]

  init(size: Size) {
    self.size = size
    wordsPerRow = (size.width + 63) / 64
    words = [UInt64](repeating: 0, count: wordsPerRow * size.height)
  }

  /// Sets the pixels of a row from a first to a last column, both included.
  mutating func set(row: Int, from first: Int, through last: Int) {
    combine(row, first, last) { $0 | $1 }
  }

  /// Turns the pixels of a row from a first column to the end.
  mutating func toggle(row: Int, from first: Int) {
    combine(row, first, size.width - 1) { $0 ^ $1 }
  }

  private mutating func combine(_ row: Int, _ first: Int, _ last: Int, _ operation: (UInt64, UInt64) -> UInt64) {
    let (first, last) = (max(first, 0), min(last, size.width - 1))
    guard first <= last, row >= 0, row < size.height else { return }
    let start = row * wordsPerRow
    for word in first >> 6...last >> 6 {
      var bits = ~UInt64(0)
      if word == first >> 6 { bits &= ~0 << UInt64(first & 63) }
      if word == last >> 6 { bits &= ~0 >> UInt64(63 - last & 63) }
      words[start + word] = operation(words[start + word], bits)
    }
  }

  func mask(spacing: Spacing) -> Mask { Mask(size: size, words: words, spacing: spacing) }
}
