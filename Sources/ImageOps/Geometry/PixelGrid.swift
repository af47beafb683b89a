import Basics

/// An image of any kind whose pixels can be rearranged: gray image, mask, label image, probability map.
public protocol PixelGrid: Sendable {
  /// The type of a pixel.
  associatedtype Pixel: BitwiseCopyable & Equatable & Sendable

  /// Width and height in pixels.
  var size: Size { get }
  /// Distance between pixel centers in mm, with its provenance.
  var spacing: Spacing { get }

  /// Returns an image of size `target` whose pixels are those at the row-major indices that `places` writes, or `filler` where an index is negative.
  ///
  /// `places` receives a row, at most 64 columns of it, and memory for as many indices. It is called from several threads.
  /// - Throws: `CancellationError`.
  func gathered(
    to target: Size, spacing: Spacing, filler: Pixel,
    _ places: @Sendable (_ row: Int, _ columns: Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> Self

  /// The pixel that fills new area by default.
  static var background: Pixel { get }
}

extension GrayImage: PixelGrid {
  /// The intensity that fills new area, 0.
  public static var background: Float { 0 }

  /// An image of these pixels with whatever else is known of this one but windows and padding.
  func replacing(pixels: [Float], size: Size, spacing: Spacing) -> GrayImage {
    var result = GrayImage(
      size: size, pixels: pixels, range: range, bitDepth: bitDepth, spacing: spacing, polarity: polarity, source: source)
    result.remarks = remarks
    return result
  }

  /// See ``PixelGrid/gathered(to:spacing:filler:_:)``. Padding is rearranged too; windows are dropped.
  public func gathered(
    to target: Size, spacing: Spacing, filler: Float,
    _ places: @Sendable (Int, Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> GrayImage {
    var result = replacing(pixels: try pixels.gathered(to: target, filler: filler, places), size: target, spacing: spacing)
    result.padding = try padding?.gathered(to: target, spacing: spacing, filler: false, places)
    return result
  }
}

extension ProbabilityMap: PixelGrid {
  /// The probability that fills new area, 0.
  public static var background: Float { 0 }

  /// See ``PixelGrid/gathered(to:spacing:filler:_:)``.
  public func gathered(
    to target: Size, spacing: Spacing, filler: Float,
    _ places: @Sendable (Int, Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> ProbabilityMap {
    ProbabilityMap(size: target, pixels: try pixels.gathered(to: target, filler: filler, places), spacing: spacing)
  }
}

extension LabelImage: PixelGrid {
  /// The label that fills new area, 0.
  public static var background: UInt32 { 0 }

  /// See ``PixelGrid/gathered(to:spacing:filler:_:)``. Names are kept.
  public func gathered(
    to target: Size, spacing: Spacing, filler: UInt32,
    _ places: @Sendable (Int, Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> LabelImage {
    LabelImage(size: target, labels: try labels.gathered(to: target, filler: filler, places), names: names, spacing: spacing)
  }
}

extension Mask: PixelGrid {
  /// The value that fills new area: outside.
  public static var background: Bool { false }

  /// See ``PixelGrid/gathered(to:spacing:filler:_:)``.
  public func gathered(
    to target: Size, spacing: Spacing, filler: Bool,
    _ places: @Sendable (Int, Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> Mask {
    // A byte a pixel, so that no index has to be parted into row and column.
    let source: [UInt8] = try values(inside: 1, outside: 0)
    let (width, wordsPerRow) = (target.width, (target.width + 63) / 64)
    let words: [UInt64] = try source.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      return try Parallel.filled(rows: target.height, of: wordsPerRow, grain: max(16, 32_768 / width)) {
        rows, output in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 64) { line in
          guard let line = line.baseAddress else { return }
          for word in 0..<wordsPerRow {
            let columns = 64 * word..<min(width, 64 * word + 64)
            for row in rows {
              places(row, columns, line)
              var bits: UInt64 = 0
              for bit in 0..<columns.count {
                let place = Int(line[bit])
                let isInside = place < 0 ? filler : source[place] != 0
                if isInside { bits |= 1 << UInt64(bit) }
              }
              output[(row - rows.lowerBound) * wordsPerRow + word] = bits
            }
          }
        }
      }
    }
    return Mask(size: target, words: words, spacing: spacing)
  }

  /// The pixels, row-major: whether each is inside. O(pixels).
  public var elements: [Bool] {
    [Bool](unsafeUninitializedCapacity: size.count) { buffer, count in
      writeValues(of: 0..<size.height, inside: true, outside: false, into: buffer)
      count = size.count
    }
  }

  /// One value for the pixels inside and another for those outside, row-major, on several threads.
  /// - Throws: `CancellationError`.
  func values<Value: BitwiseCopyable & Sendable>(inside: Value, outside: Value) throws -> [Value] {
    try Parallel.filled(rows: size.height, of: size.width) { rows, output in
      writeValues(of: rows, inside: inside, outside: outside, into: output)
    }
  }

  private func writeValues<Value>(of rows: Range<Int>, inside: Value, outside: Value, into output: UnsafeMutableBufferPointer<Value>) {
    var index = 0
    for row in rows {
      for word in 0..<wordsPerRow {
        var bits = words[row * wordsPerRow + word]
        for _ in 0..<min(64, size.width - 64 * word) {
          output.initializeElement(at: index, to: bits & 1 == 1 ? inside : outside)
          bits >>= 1
          index += 1
        }
      }
    }
  }
}

extension Array where Element: BitwiseCopyable & Sendable {
  /// The elements at these places; see ``PixelGrid/gathered(to:spacing:filler:_:)``.
  fileprivate func gathered(
    to target: Size, filler: Element,
    _ places: @Sendable (Int, Range<Int>, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> [Element] {
    let width = target.width
    return try withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      // Parts of 64 columns and at least 16 rows, so that what is turned by a right angle finds its pixels in the cache.
      return try Parallel.filled(rows: target.height, of: width, grain: Swift.max(16, 32_768 / width)) {
        rows, output in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 64) { line in
          guard let line = line.baseAddress, let output = output.baseAddress else { return }
          for first in stride(from: 0, to: width, by: 64) {
            let columns = first..<Swift.min(width, first + 64)
            for row in rows {
              places(row, columns, line)
              let into = output + (row - rows.lowerBound) * width + first
              for index in 0..<columns.count {
                let place = Int(line[index])
                (into + index).initialize(to: place < 0 ? filler : source[place])
              }
            }
          }
        }
      }
    }
  }
}
