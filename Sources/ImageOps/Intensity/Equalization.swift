extension GrayImage {
  /// The picture with its histogram made as even as its values allow: each pixel becomes the share of pixels not above it, spread over the nominal range.
  ///
  /// Whole numbers are counted one by one, others in 256 bins with straight lines between their middles. With `mask`, only pixels inside are counted;
  /// all are changed. Definition: scikit-image `exposure.equalize_hist`. O(pixels).
  /// - Throws: `PictureError.noPixels`, `PictureError.sizesDiffer`, `CancellationError`.
  public func equalized(within mask: Mask? = nil, polling cancellation: Cancellation = .never) throws -> GrayImage {
    let histogram = try IntensityValues(pixels, size: size, within: mask).automaticHistogram
    let total = Double(histogram.counts.reduce(0, +))
    var below = 0
    let shares = histogram.counts.map { count in
      below += count
      return Float(Double(below) / total)
    }
    let curve = ToneCurve(start: histogram.center(0), step: histogram.binWidth, values: shares)
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    return try mapPixels(polling: cancellation) { low + span * curve[$0] }
  }

  /// The picture with the histogram of another: each pixel becomes the intensity below which the same share of `reference` lies, with straight lines
  /// between its distinct values.
  ///
  /// Definition: scikit-image `exposure.match_histograms`. The result has the reference's range. O(n log n), O(n) for whole numbers.
  /// - Throws: `PictureError.noPixels` where a picture has no finite pixel, `CancellationError`.
  public func histogramMatched(to reference: GrayImage, polling cancellation: Cancellation = .never) throws -> GrayImage {
    let source = DistinctValues(of: try IntensityValues(pixels, size: size, within: nil))
    try cancellation.check()
    let target = DistinctValues(of: try IntensityValues(reference.pixels, size: reference.size, within: nil))
    let (shares, wanted) = (source.shares, target.shares)
    var next = 0
    let matched = shares.map { share -> Float in
      while next < wanted.count, wanted[next] < share { next += 1 }
      guard next > 0 else { return target.values[0] }
      guard next < wanted.count else { return target.values[wanted.count - 1] }
      let part = (share - wanted[next - 1]) / (wanted[next] - wanted[next - 1])
      let (a, b) = (Double(target.values[next - 1]), Double(target.values[next]))
      return Float(a + (b - a) * part)
    }
    return try mapPixels(range: reference.range, polling: cancellation) { pixel in
      pixel.isFinite ? matched[source.index(of: pixel)] : pixel
    }
  }
}

/// A function of intensity given at equal steps, with straight lines between and constant beyond its ends.
struct ToneCurve: Sendable {
  let start: Double
  let step: Double
  let values: [Float]

  subscript(_ intensity: Float) -> Float {
    let place = step > 0 ? (Double(intensity) - start) / step : 0
    guard place > 0 else { return values[0] }
    guard place < Double(values.count - 1) else { return values[values.count - 1] }
    let index = Int(place)
    let part = place - Double(index)
    if part == 0 { return values[index] }
    let (a, b) = (Double(values[index]), Double(values[index + 1]))
    return Float(a + (b - a) * part)
  }
}

/// The values that occur and how often, in ascending order.
struct DistinctValues: Sendable {
  private(set) var values: [Float] = []
  private(set) var counts: [Int] = []

  init(of measured: IntensityValues) {
    if measured.areIntegers, measured.maximum - measured.minimum < 1_048_576 {
      for (index, count) in measured.automaticHistogram.counts.enumerated() where count > 0 {
        values.append(measured.minimum + Float(index))
        counts.append(count)
      }
      return
    }
    for value in measured.values.sorted() {
      if value == values.last {
        counts[counts.count - 1] += 1
      } else {
        values.append(value)
        counts.append(1)
      }
    }
  }

  /// The share of pixels not above each value.
  var shares: [Double] {
    let total = Double(counts.reduce(0, +))
    var below = 0
    return counts.map { count in
      below += count
      return Double(below) / total
    }
  }

  /// The index of a value that occurs; the next one's otherwise.
  func index(of value: Float) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return min(low, values.count - 1)
  }
}
