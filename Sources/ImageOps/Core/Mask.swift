/// A set of pixels with one bit each, 64 per word: bit `column & 63` of `words[row * wordsPerRow + column / 64]`.
///
/// Bits beyond the last column of a row are always 0, so that whole words can be counted and compared.
public struct Mask: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Words per row: width / 64, rounded up.
  public let wordsPerRow: Int
  /// The bits, row-major; each row starts with a new word.
  public internal(set) var words: [UInt64]
  /// Distance between pixel centers in mm, with its provenance.
  public var spacing: Spacing

  /// Creates an empty or a full mask.
  public init(size: Size, filled: Bool = false, spacing: Spacing = .unknown) {
    precondition(size.isValid, "a mask has pixels")
    self.size = size
    self.spacing = spacing
    wordsPerRow = (size.width + 63) / 64
    words = [UInt64](repeating: filled ? ~0 : 0, count: wordsPerRow * size.height)
    if filled { clearTails() }
  }

  /// Creates a mask of the pixels for which the predicate holds; `isInside` receives row-major indices.
  public init(size: Size, spacing: Spacing = .unknown, where isInside: (Int) throws -> Bool) rethrows {
    self.init(size: size, spacing: spacing)
    for row in 0..<size.height {
      for column in 0..<size.width where try isInside(row * size.width + column) {
        words[row * wordsPerRow + column >> 6] |= 1 << UInt64(column & 63)
      }
    }
  }

  /// Creates a mask from words laid out as ``words``; bits beyond the last column of a row are cleared.
  /// - Precondition: `(size.width + 63) / 64` words per row.
  public init(size: Size, words: [UInt64], spacing: Spacing = .unknown) {
    precondition(size.isValid, "a mask has pixels")
    precondition(words.count == (size.width + 63) / 64 * size.height, "words fill the size")
    self.size = size
    self.spacing = spacing
    wordsPerRow = (size.width + 63) / 64
    self.words = words
    clearTails()
  }

  /// Whether the pixel in a row and column, from 0, is inside.
  public subscript(row: Int, column: Int) -> Bool {
    get { words[row * wordsPerRow + column >> 6] >> UInt64(column & 63) & 1 == 1 }
    set {
      let bit: UInt64 = 1 << UInt64(column & 63)
      if newValue { words[row * wordsPerRow + column >> 6] |= bit } else { words[row * wordsPerRow + column >> 6] &= ~bit }
    }
  }

  /// Number of pixels inside. O(words).
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether no pixel is inside. O(words).
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The bits of a row's last word that lie inside the image.
  var tailBits: UInt64 { size.width & 63 == 0 ? ~0 : (1 << UInt64(size.width & 63)) - 1 }

  /// Restores the invariant after whole words were written.
  mutating func clearTails() {
    let tail = tailBits
    guard tail != ~0 else { return }
    for row in 0..<size.height { words[row * wordsPerRow + wordsPerRow - 1] &= tail }
  }
}
