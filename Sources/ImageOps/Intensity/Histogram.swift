/// Numbers of pixels by intensity, in bins of equal width. Bins hold their lower edge; the last holds its upper edge too (NumPy).
public struct Histogram: Sendable, Equatable {
  public let counts: [Int]
  /// Lower edge of the first bin, in units of intensity.
  public let lowerEdge: Double
  public let binWidth: Double

  /// The middle of a bin.
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
  init(of values: [Float], lowerEdge: Double, binWidth: Double, bins: Int, polling cancellation: Cancellation) throws {
    self.lowerEdge = lowerEdge
    self.binWidth = binWidth
    var counts = [Int](repeating: 0, count: bins)
    let upperEdge = lowerEdge + Double(bins) * binWidth
    try values.inParts(polling: cancellation) { part in
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

/// What an image's intensities come to.
public struct IntensityStatistics: Sendable, Equatable {
  /// Number of pixels measured.
  public let count: Int
  public let minimum: Float
  public let maximum: Float
  public let mean: Double
  /// Population standard deviation.
  public let standardDeviation: Double
}

extension GrayImage {
  /// Count, extremes, mean and standard deviation of the finite pixels, inside the mask where one is given, without padding. O(pixels).
  /// - Throws: `ImageError.noPixels`, `ImageError.sizesDiffer`.
  public func statistics(within mask: Mask? = nil, polling cancellation: Cancellation = .never) throws -> IntensityStatistics {
    let values = try IntensityValues(pixels, size: size, within: measured(within: mask), polling: cancellation)
    let (mean, deviation) = try values.moments(polling: cancellation)
    return IntensityStatistics(
      count: values.values.count, minimum: values.minimum, maximum: values.maximum, mean: mean, standardDeviation: deviation)
  }

  /// The intensities below which the given percentages (0...100) of pixels lie, exact, by NumPy's `linear` method. O(pixels) for each.
  /// - Throws: `ImageError` for a percentage outside 0...100, a mask of another size, or no finite pixel.
  public func percentiles(
    _ percents: [Double], within mask: Mask? = nil, polling cancellation: Cancellation = .never
  ) throws -> [Float] {
    try IntensityValues(pixels, size: size, within: measured(within: mask), polling: cancellation).percentiles(
      percents, polling: cancellation)
  }

  /// One exact percentile; see ``percentiles(_:within:polling:)``.
  public func percentile(_ percent: Double, within mask: Mask? = nil, polling cancellation: Cancellation = .never) throws -> Float {
    guard let value = try percentiles([percent], within: mask, polling: cancellation).first else { throw ImageError.noPixels }
    return value
  }

  /// Number of pixels in each of `bins` (1...65536) equal bins of `range`, by default the image's nominal range; pixels outside are not counted.
  /// - Throws: `ImageError` for a number of bins outside the range, a mask of another size, or no finite pixel.
  public func histogram(
    bins: Int = 256, in range: ClosedRange<Float>? = nil, within mask: Mask? = nil, polling cancellation: Cancellation = .never
  ) throws -> Histogram {
    guard (1...65_536).contains(bins) else {
      throw ImageError.invalidParameter(name: "bins", value: Double(bins), allowed: "1 to 65536")
    }
    let range = range ?? self.range
    let width = (Double(range.upperBound) - Double(range.lowerBound)) / Double(bins)
    let values = try IntensityValues(pixels, size: size, within: measured(within: mask), polling: cancellation).values
    return try Histogram(of: values, lowerEdge: Double(range.lowerBound), binWidth: width, bins: bins, polling: cancellation)
  }
}
