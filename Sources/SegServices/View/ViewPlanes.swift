import ImageOps

/// Pixels as the page reads them: row-major, in little-endian samples.
package enum ViewPlanes {
  /// Gray samples of 8 or 16 bits, with the straight line that leads from a sample to its intensity.
  package struct Gray {
    package let bits: Int
    package let low: Double
    package let step: Double
    package let bytes: @Sendable () -> [UInt8]
  }

  /// Whole intensities as they are where they fit, anything else spread over 16 bits between its least and its greatest.
  package static func gray(_ image: GrayImage) -> Gray {
    var low = Float.infinity
    var high = -Float.infinity
    var isWhole = true
    image.pixels.withUnsafeBufferPointer { pixels in
      for value in pixels where value.isFinite {
        low = min(low, value)
        high = max(high, value)
        if value != value.rounded() { isWhole = false }
      }
    }
    if low > high { (low, high) = (0, 0) }
    if isWhole, low >= 0, high <= 255 {
      return Gray(bits: 8, low: 0, step: 1) { image.levels8(of: 0...255) }
    }
    let base = low
    let step: Float = isWhole && high - low <= 65535 ? 1 : max((high - low) / 65535, .leastNormalMagnitude)
    return Gray(bits: 16, low: Double(base), step: Double(step)) { words(image.pixels, from: base, step: step) }
  }

  /// Probabilities in 65535 parts.
  package static func probability(_ map: ProbabilityMap) -> [UInt8] { words(map.pixels, from: 0, step: 1 / 65535) }

  /// A bit a pixel: bit `column & 7` of byte `column / 8` of a row of `8 * wordsPerRow` bytes.
  package static func bits(_ mask: Mask) -> [UInt8] {
    mask.words.withUnsafeBytes { words in
      // The words are little-endian on every processor that the program is built for.
      Array(words)
    }
  }

  /// Labels, those above 255 as 1 + (label - 1) % 255.
  package static func labels(_ image: LabelImage) -> [UInt8] {
    image.labels.map { $0 == 0 ? 0 : UInt8(truncatingIfNeeded: 1 + ($0 - 1) % 255) }
  }

  private static func words(_ values: [Float], from low: Float, step: Float) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 2 * values.count) { bytes, count in
      for index in values.indices {
        let level = ((values[index] - low) / step).rounded()
        // In this order of comparison NaN becomes 0.
        let word = UInt16(level > 0 ? (level < 65535 ? level : 65535) : 0)
        bytes[2 * index] = UInt8(truncatingIfNeeded: word)
        bytes[2 * index + 1] = UInt8(truncatingIfNeeded: word >> 8)
      }
      count = 2 * values.count
    }
  }
}
