extension GrayImage {
  /// The picture with its histogram made as even as its values allow: each pixel becomes the share of pixels not above it, spread over the nominal range.
  ///
  /// Whole numbers are counted one by one, others in 256 bins with straight lines between their middles. With `mask`, only pixels inside are counted;
  /// all are changed. Definition: scikit-image `exposure.equalize_hist`. O(pixels).
  /// - Throws: `PictureError.noPixels`, `PictureError.sizesDiffer`, `CancellationError`.
  public func equalized(within mask: Mask? = nil, polling cancellation: Cancellation = .never) throws -> GrayImage {
    let measured = try AutomaticHistogram(of: pixels, size: size, within: mask, polling: cancellation)
    let histogram = measured.histogram
    let total = Double(histogram.counts.reduce(0, +))
    var below = 0
    let shares = histogram.counts.map { count in
      below += count
      return Float(Double(below) / total)
    }
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    // All pixels were measured, so that each has its bin.
    if measured.areIntegers, histogram.binWidth == 1, mask == nil {
      return try lookedUp(from: measured.minimum, in: shares.map { low + span * $0 }, polling: cancellation)
    }
    let curve = ToneCurve(start: histogram.center(0), step: histogram.binWidth, values: shares)
    return try mapPixels(polling: cancellation) { low + span * curve[$0] }
  }

  /// Whole numbers replaced by what a table says of them.
  private func lookedUp(from start: Float, in table: [Float], polling cancellation: Cancellation) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try pixels.withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: size.height, of: width, polling: cancellation) { rows, output in
        guard let source = pixels.baseAddress, let target = output.baseAddress else { return }
        PixelKernels.lookUp(source + rows.lowerBound * width, from: start, in: table, into: target, count: rows.count * width)
      }
    }
    return with(pixels: result)
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
  let values: [Float]
  let counts: [Int]

  private init(values: [Float], counts: [Int]) { (self.values, self.counts) = (values, counts) }

  /// Of whole numbers, counted from `first` on.
  init(counts: [Int], first: Float) {
    let occurring = counts.indices.filter { counts[$0] > 0 }
    self.init(values: occurring.map { first + Float($0) }, counts: occurring.map { counts[$0] })
  }

  init(of measured: IntensityValues) {
    if measured.areIntegers, measured.maximum - measured.minimum < 1_048_576 {
      self.init(counts: measured.automaticHistogram.counts, first: measured.minimum)
      return
    }
    var (values, counts): ([Float], [Int]) = ([], [])
    for value in measured.values.sorted() {
      if value == values.last {
        counts[counts.count - 1] += 1
      } else {
        values.append(value)
        counts.append(1)
      }
    }
    self.init(values: values, counts: counts)
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
