import Basics
import Synchronization

/// The histogram that equalization and automatic thresholds work on, with what else they ask for.
struct AutomaticHistogram: Sendable {
  /// One bin a whole number when all values are whole numbers and span less than 2²⁰, otherwise 256 bins between the extremes.
  let histogram: Histogram
  let minimum: Float
  let maximum: Float
  let mean: Double
  /// The values that occur; made when asked for.
  let distinct: @Sendable () throws -> DistinctValues
  let areIntegers: Bool

  /// - Throws: as `IntensityValues`.
  init(of pixels: [Float], size: Size, within mask: Mask?) throws {
    if mask == nil, let bytes = try pixels.byteCounts(), let low = bytes.firstIndex(where: { $0 > 0 }),
      let high = bytes.lastIndex(where: { $0 > 0 })
    {
      let counts = Array(bytes[low...high])
      histogram = Histogram(counts: counts, first: Float(low))
      (minimum, maximum, areIntegers) = (Float(low), Float(high), true)
      mean = Double(counts.indices.reduce(0) { $0 + counts[$1] * (low + $1) }) / Double(pixels.count)
      distinct = { DistinctValues(counts: counts, first: Float(low)) }
      return
    }
    let values = try IntensityValues(pixels, size: size, within: mask)
    histogram = try values.automaticHistogram()
    (minimum, maximum, areIntegers) = (values.minimum, values.maximum, values.areIntegers)
    mean = try values.mean()
    distinct = { try DistinctValues(of: values) }
  }
}

extension [Float] {
  /// The pixels as whole numbers 0 to 255 and how often each occurs; nil if any pixel has another value. O(n), several threads.
  func countedBytes() throws -> (bytes: [UInt8], counts: [Int])? {
    var counts: [Int]?
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
      LargePages.prefer(memory.baseAddress, bytes: memory.count)
      counts = try byteCounts(keeping: memory.baseAddress)
      filled = counts == nil ? 0 : count
    }
    return counts.map { (bytes, $0) }
  }

  /// How often each whole number 0 to 255 occurs; nil if any pixel has another value. `memory` receives the pixels as bytes. O(n), several threads.
  func byteCounts(keeping memory: UnsafeMutablePointer<UInt8>? = nil) throws -> [Int]? {
    nonisolated(unsafe) let memory = memory
    let total = Mutex<[Int]?>([Int](repeating: 0, count: 256))
    try withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      try Parallel.forEachBand(of: pixels.count, grain: 1 << 18) { band in
        guard let base = pixels.baseAddress, total.withLock({ $0 != nil }) else { return }
        var counts = [UInt32](repeating: 0, count: 256)
        let areBytes = counts.withUnsafeMutableBufferPointer { counts in
          counts.baseAddress.map {
            PixelKernels.countBytes(base + band.lowerBound, count: band.count, into: $0, keeping: memory.map { $0 + band.lowerBound })
          } ?? false
        }
        total.withLock { total in
          guard areBytes, var sum = total else {
            total = nil
            return
          }
          total = nil
          for value in 0..<256 { sum[value] += Int(counts[value]) }
          total = sum
        }
      }
    }
    return total.withLock { $0 }
  }
}
