import Basics

/// The pixels that a measurement is made on: finite, inside a mask where one is given, in row-major order.
struct IntensityValues: Sendable {
  let values: [Float]
  let minimum: Float
  let maximum: Float
  /// Whether every value is a whole number of at most 22 bits.
  let areIntegers: Bool

  /// - Throws: `ImageError.sizesDiffer`; `ImageError.noPixels` when nothing is left.
  init(_ pixels: [Float], size: Size, within mask: Mask?) throws {
    let cancellation = Cancellation.current
    if let mask, mask.size != size { throw ImageError.sizesDiffer(size, mask.size) }
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
      var areFinite = true
      try pixels.inParts { part in areFinite = areFinite && pixels[part].allSatisfy { $0.isFinite } }
      if !areFinite {
        chosen = []
        try pixels.inParts { part in chosen += pixels[part].lazy.filter { $0.isFinite } }
      }
    }
    guard let first = chosen.first else { throw ImageError.noPixels }
    values = chosen
    var (low, high) = (first, first)
    var fractions = false
    try chosen.withUnsafeBufferPointer { buffer in
      try chosen.inParts { part in
        for value in buffer[part] {
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

  /// O(n).
  func mean() throws -> Double {
    var sum = 0.0
    try values.withUnsafeBufferPointer { buffer in
      try values.inParts { part in for value in buffer[part] { sum += Double(value) } }
    }
    return sum / Double(values.count)
  }

  /// Mean and population standard deviation. O(n).
  func moments() throws -> (mean: Double, deviation: Double) {
    let mean = try mean()
    var squares = 0.0
    try values.withUnsafeBufferPointer { buffer in
      try values.inParts { part in
        for value in buffer[part] {
          let distance = Double(value) - mean
          squares += distance * distance
        }
      }
    }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  /// Exact percentiles by NumPy's `linear` method. O(n) for each.
  func percentiles(_ percents: [Double]) throws -> [Float] {
    if let percent = percents.first(where: { !(0...100).contains($0) }) {
      throw ImageError.invalidParameter(name: "percentile", value: percent, allowed: "0 to 100")
    }
    let selector = try RankSelector(values)
    return try percents.map { percent in
      let place = Double(values.count - 1) * percent / 100
      let rank = min(Int(place), values.count - 1)
      let low = Double(try selector.value(ofRank: rank))
      let high = Double(try selector.value(ofRank: min(rank + 1, values.count - 1)))
      return Float(low + (high - low) * (place - Double(rank)))
    }
  }

  /// One bin a whole number when all values are whole numbers and span less than 2²⁰, otherwise 256 bins between the extremes (scikit-image).
  func automaticHistogram() throws -> Histogram {
    if countsWholeNumbers {
      return try Histogram(of: values, lowerEdge: Double(minimum) - 0.5, binWidth: 1, bins: Int(maximum - minimum) + 1)
    }
    return try Histogram(of: values, lowerEdge: Double(minimum), binWidth: (Double(maximum) - Double(minimum)) / 256, bins: 256)
  }

  /// Whether there are so few whole numbers that each has a count of its own.
  var countsWholeNumbers: Bool { areIntegers && maximum - minimum < 1_048_576 }
}

/// Finds the value of a given rank without sorting: two passes over 16 bits each of the numbers' order-preserving bit patterns.
private struct RankSelector {
  private let values: [Float]
  private var counts = [Int](repeating: 0, count: 65_536)

  init(_ values: [Float]) throws {
    self.values = values
    try values.inParts { part in for value in values[part] { counts[Int(value.orderedBits >> 16)] += 1 } }
  }

  func value(ofRank rank: Int) throws -> Float {
    var remaining = rank
    var high = 0
    while remaining >= counts[high] {
      remaining -= counts[high]
      high += 1
    }
    var lows = [Int](repeating: 0, count: 65_536)
    try values.inParts { part in
      for value in values[part] {
        let key = value.orderedBits
        if Int(key >> 16) == high { lows[Int(key & 0xFFFF)] += 1 }
      }
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
