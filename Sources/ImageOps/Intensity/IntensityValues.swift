/// The pixels that a measurement is made on: finite, inside a mask where one is given, in row-major order.
struct IntensityValues: Sendable {
  let values: [Float]
  let minimum: Float
  let maximum: Float
  /// Whether every value is a whole number of at most 22 bits.
  let areIntegers: Bool

  /// - Throws: `PictureError.sizesDiffer`; `PictureError.noPixels` when nothing is left.
  init(_ pixels: [Float], size: Size, within mask: Mask?, polling cancellation: Cancellation = .never) throws {
    if let mask, mask.size != size { throw PictureError.sizesDiffer(size, mask.size) }
    var chosen = pixels
    if let mask {
      chosen = []
      chosen.reserveCapacity(mask.count)
      for row in 0..<size.height {
        if row & 63 == 0 { try cancellation.check() }
        for word in 0..<mask.wordsPerRow {
          var bits = mask.words[row * mask.wordsPerRow + word]
          while bits != 0 {
            let pixel = pixels[row * size.width + 64 * word + bits.trailingZeroBitCount]
            bits &= bits - 1
            if pixel.isFinite { chosen.append(pixel) }
          }
        }
      }
    } else {
      let areFinite = try Self.parts(pixels).allSatisfy { part in
        try cancellation.check()
        return pixels[part].allSatisfy { $0.isFinite }
      }
      if !areFinite { chosen = pixels.filter { $0.isFinite } }
    }
    guard let first = chosen.first else { throw PictureError.noPixels }
    values = chosen
    var (low, high) = (first, first)
    var fractions = false
    let parts = Self.parts(chosen)
    try chosen.withUnsafeBufferPointer { chosen in
      for part in parts {
        try cancellation.check()
        for value in chosen[part] {
          low = value < low ? value : low
          high = value > high ? value : high
          // Adding and taking away 1.5 · 2²³ rounds a small number to a whole one.
          let isFraction = value + 12_582_912 - 12_582_912 != value
          fractions = fractions || isFraction
        }
      }
    }
    (minimum, maximum) = (low, high)
    areIntegers = !fractions && low > -4_194_304 && high < 4_194_304
  }

  /// Stretches between polls.
  private static func parts(_ values: [Float]) -> [Range<Int>] {
    stride(from: 0, to: values.count, by: 262_144).map { $0..<min(values.count, $0 + 262_144) }
  }

  /// Mean and population standard deviation. O(n).
  var moments: (mean: Double, deviation: Double) {
    values.withUnsafeBufferPointer { values in
      var sum = 0.0
      for value in values { sum += Double(value) }
      let mean = sum / Double(values.count)
      var squares = 0.0
      for value in values {
        let distance = Double(value) - mean
        squares += distance * distance
      }
      return (mean, (squares / Double(values.count)).squareRoot())
    }
  }

  /// Exact percentiles by NumPy's `linear` method. O(n) for each.
  func percentiles(_ percents: [Double]) throws -> [Float] {
    if let percent = percents.first(where: { !(0...100).contains($0) }) {
      throw PictureError.invalidParameter(name: "percentile", value: percent, allowed: "0 to 100")
    }
    let selector = RankSelector(values)
    return percents.map { percent in
      let place = Double(values.count - 1) * percent / 100
      let rank = min(Int(place), values.count - 1)
      let low = Double(selector.value(ofRank: rank))
      let high = Double(selector.value(ofRank: min(rank + 1, values.count - 1)))
      return Float(low + (high - low) * (place - Double(rank)))
    }
  }

  /// One bin a whole number when all values are whole numbers and span less than 2²⁰, otherwise 256 bins between the extremes (scikit-image).
  var automaticHistogram: Histogram {
    if areIntegers, maximum - minimum < 1_048_576 {
      return Histogram(of: values, lowerEdge: Double(minimum) - 0.5, binWidth: 1, bins: Int(maximum - minimum) + 1)
    }
    return Histogram(of: values, lowerEdge: Double(minimum), binWidth: (Double(maximum) - Double(minimum)) / 256, bins: 256)
  }
}

/// Finds the value of a given rank without sorting: two passes over 16 bits each of the numbers' order-preserving bit patterns.
private struct RankSelector {
  private let values: [Float]
  private var counts = [Int](repeating: 0, count: 65_536)

  init(_ values: [Float]) {
    self.values = values
    for value in values { counts[Int(Self.key(value) >> 16)] += 1 }
  }

  private static func key(_ value: Float) -> UInt32 {
    // −0 and 0 are one number.
    let bits = (value + 0).bitPattern
    return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
  }

  func value(ofRank rank: Int) -> Float {
    var remaining = rank
    var high = 0
    while remaining >= counts[high] {
      remaining -= counts[high]
      high += 1
    }
    var lows = [Int](repeating: 0, count: 65_536)
    for value in values {
      let key = Self.key(value)
      if Int(key >> 16) == high { lows[Int(key & 0xFFFF)] += 1 }
    }
    var low = 0
    while remaining >= lows[low] {
      remaining -= lows[low]
      low += 1
    }
    let key = UInt32(high) << 16 | UInt32(low)
    return Float(bitPattern: key >> 31 == 1 ? key & 0x7FFF_FFFF : ~key)
  }
}
