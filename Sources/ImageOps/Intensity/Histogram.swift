import Basics

/// Counts of pixels by intensity in bins of equal width. A bin includes its lower edge; the last bin also its upper edge (as in NumPy).
public struct Histogram: Sendable, Equatable {
  /// The number of pixels in each bin.
  public let counts: [Int]
  /// Lower edge of the first bin, in units of intensity.
  public let lowerEdge: Double
  /// The width of each bin, in units of intensity; 0 for an empty range.
  public let binWidth: Double

  /// Returns the center of a bin, in units of intensity.
  public func center(_ bin: Int) -> Double { edge(bin) + binWidth / 2 }

  private func edge(_ bin: Int) -> Double { lowerEdge + Double(bin) * binWidth }

  /// One bin a whole number from `first` on.
  init(counts: [Int], first: Float) {
    self.counts = counts
    lowerEdge = Double(first) - 0.5
    binWidth = 1
  }

  /// Counts what lies between the edges; a width of 0 puts all values that equal the edge in the first bin.
  /// - Throws: `CancellationError`.
  init(of values: [Float], lowerEdge: Double, binWidth: Double, bins: Int) throws {
    self.lowerEdge = lowerEdge
    self.binWidth = binWidth
    var counts = [Int](repeating: 0, count: bins)
    let upperEdge = lowerEdge + Double(bins) * binWidth
    try values.inParts { part in
      for value in values[part] {
        let value = Double(value)
        guard value >= lowerEdge, value <= upperEdge else { continue }
        var bin = binWidth > 0 ? min(bins - 1, Int((value - lowerEdge) / binWidth)) : 0
        // The quotient may round across an edge.
        if value < lowerEdge + Double(bin) * binWidth { bin = max(0, bin - 1) }
        if bin < bins - 1, value >= lowerEdge + Double(bin + 1) * binWidth { bin += 1 }
        counts[bin] += 1
      }
    }
    self.counts = counts
  }
}

/// Summary statistics of an image's intensities.
public struct IntensityStatistics: Sendable, Equatable {
  /// The number of pixels measured.
  public let count: Int
  /// The lowest intensity.
  public let minimum: Float
  /// The highest intensity.
  public let maximum: Float
  /// The mean intensity.
  public let mean: Double
  /// Population standard deviation.
  public let standardDeviation: Double
}

extension GrayImage {
  /// Computes count, extremes, mean and standard deviation of the finite pixels, inside the mask if one is given, without padding. O(pixels).
  /// - Throws: `ImageError.noPixels`, `ImageError.sizesDiffer`, `CancellationError`.
  public func statistics(within mask: Mask? = nil) throws -> IntensityStatistics {
    let values = try IntensityValues(pixels, size: size, within: measured(within: mask))
    let (mean, deviation) = try values.moments()
    return IntensityStatistics(
      count: values.values.count, minimum: values.minimum, maximum: values.maximum, mean: mean, standardDeviation: deviation)
  }

  /// Computes percentiles (0...100) of the finite pixels, exactly, by NumPy's `linear` method, without padding. O(pixels) per percentile.
  /// - Throws: `ImageError` for a percentage outside 0...100, a mask of another size, or no finite pixel; `CancellationError`.
  public func percentiles(_ percents: [Double], within mask: Mask? = nil) throws -> [Float] {
    try IntensityValues(pixels, size: size, within: measured(within: mask)).percentiles(percents)
  }

  /// Computes one exact percentile; see ``percentiles(_:within:)``.
  public func percentile(_ percent: Double, within mask: Mask? = nil) throws -> Float {
    guard let value = try percentiles([percent], within: mask).first else { throw ImageError.noPixels }
    return value
  }

  /// Counts pixels in `bins` (1...65536) equal bins of `range`, by default the nominal range. Pixels outside and padding are not counted.
  /// - Throws: `ImageError` for a number of bins out of range, a mask of another size, or no finite pixel; `CancellationError`.
  public func histogram(bins: Int = 256, in range: ClosedRange<Float>? = nil, within mask: Mask? = nil) throws -> Histogram {
    guard (1...65_536).contains(bins) else {
      throw ImageError.invalidParameter(name: "bins", value: Double(bins), allowed: "1 to 65536")
    }
    let range = range ?? self.range
    let width = (Double(range.upperBound) - Double(range.lowerBound)) / Double(bins)
    let values = try IntensityValues(pixels, size: size, within: measured(within: mask)).values
    return try Histogram(of: values, lowerEdge: Double(range.lowerBound), binWidth: width, bins: bins)
  }
}
