/// A picture of any kind whose pixels can change places: gray image, mask, label image, probability map.
public protocol PixelGrid: Sendable {
  associatedtype Pixel: BitwiseCopyable & Equatable & Sendable

  var size: Size { get }
  var spacing: Spacing { get }

  /// The pixels, row-major. O(pixels) for masks, free for the others.
  var elements: [Pixel] { get }

  /// A picture of these pixels with whatever else is known of this one.
  /// - Precondition: `size.isValid` and `elements.count == size.count`.
  func replacing(elements: [Pixel], size: Size, spacing: Spacing) -> Self

  /// The pixel that new area is filled with unless another is given.
  static var background: Pixel { get }
}

extension GrayImage: PixelGrid {
  public var elements: [Float] { pixels }
  public static var background: Float { 0 }

  public func replacing(elements: [Float], size: Size, spacing: Spacing) -> GrayImage {
    GrayImage(
      size: size, pixels: elements, range: range, bitDepth: bitDepth, spacing: spacing, polarity: polarity, source: source)
  }
}

extension ProbabilityMap: PixelGrid {
  public var elements: [Float] { pixels }
  public static var background: Float { 0 }

  public func replacing(elements: [Float], size: Size, spacing: Spacing) -> ProbabilityMap {
    ProbabilityMap(size: size, pixels: elements, spacing: spacing)
  }
}

extension LabelImage: PixelGrid {
  public var elements: [UInt32] { labels }
  public static var background: UInt32 { 0 }

  public func replacing(elements: [UInt32], size: Size, spacing: Spacing) -> LabelImage {
    LabelImage(size: size, labels: elements, names: names, spacing: spacing)
  }
}

extension Mask: PixelGrid {
  public static var background: Bool { false }

  public var elements: [Bool] {
    [Bool](unsafeUninitializedCapacity: size.count) { buffer, count in
      var index = 0
      for row in 0..<size.height {
        for word in 0..<wordsPerRow {
          var bits = words[row * wordsPerRow + word]
          for _ in 0..<min(64, size.width - 64 * word) {
            buffer[index] = bits & 1 == 1
            bits >>= 1
            index += 1
          }
        }
      }
      count = index
    }
  }

  public func replacing(elements: [Bool], size: Size, spacing: Spacing) -> Mask {
    var result = Mask(size: size, spacing: spacing)
    elements.withUnsafeBufferPointer { elements in
      for row in 0..<size.height {
        for word in 0..<result.wordsPerRow {
          let start = row * size.width + 64 * word
          var bits: UInt64 = 0
          for bit in 0..<min(64, size.width - 64 * word) where elements[start + bit] { bits |= 1 << UInt64(bit) }
          result.words[row * result.wordsPerRow + word] = bits
        }
      }
    }
    return result
  }
}
