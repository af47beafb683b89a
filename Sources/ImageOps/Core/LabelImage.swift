/// An image whose pixels hold the number of the region they belong to; 0 is background.
public struct LabelImage: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Row-major labels, `size.count` of them.
  public var labels: [UInt32] {
    didSet { precondition(labels.count == size.count, "a label image keeps its size") }
  }
  /// Names of labels, such as `[1: "right lung", 2: "left lung"]`; labels may have none.
  public var names: [UInt32: String]
  /// Distance between pixel centers in mm, with its provenance.
  public var spacing: Spacing

  /// Creates a label image.
  public init(size: Size, labels: [UInt32], names: [UInt32: String] = [:], spacing: Spacing = .unknown) {
    precondition(size.isValid && labels.count == size.count, "labels fill the size")
    self.size = size
    self.labels = labels
    self.names = names
    self.spacing = spacing
  }

  /// The label of the pixel in a row and column, from 0.
  public subscript(row: Int, column: Int) -> UInt32 {
    get { labels[row * size.width + column] }
    set { labels[row * size.width + column] = newValue }
  }

  /// Returns the pixels with this label.
  public func mask(of label: UInt32) -> Mask {
    Mask(size: size, spacing: spacing) { labels[$0] == label }
  }

  /// Whether no pixel has a label except 0. O(pixels up to the first that has one).
  public var isEmpty: Bool { labels.allSatisfy { $0 == 0 } }

  /// The pixels with any label except 0.
  public var foreground: Mask {
    Mask(size: size, spacing: spacing) { labels[$0] != 0 }
  }

  /// The pixels of a mask with any label except 0. O(words + pixels of the mask).
  /// - Throws: `ImageError.sizesDiffer`.
  public func foreground(within mask: Mask) throws -> Mask {
    guard mask.size == size else { throw ImageError.sizesDiffer(size, mask.size) }
    var words = mask.words
    for row in 0..<size.height {
      for word in row * mask.wordsPerRow..<(row + 1) * mask.wordsPerRow {
        var bits = words[word]
        while bits != 0 {
          let column = 64 * (word - row * mask.wordsPerRow) + bits.trailingZeroBitCount
          if labels[row * size.width + column] == 0 { words[word] &= ~(1 << UInt64(column & 63)) }
          bits &= bits - 1
        }
      }
    }
    return Mask(size: size, words: words, spacing: spacing)
  }
}
