import Basics

extension GrayImage {
  /// Computes the ascending thresholds that divide the intensities into `classes` (2...8) classes with the largest variance between them
  /// (multi-Otsu).
  ///
  /// Whole numbers that span fewer than 1024 are counted one by one, others in 256 bins. Exact, by dynamic programming over the bins:
  /// O(classes · bins²), while a search over all combinations is O(bins^(classes - 1)). Definition: scikit-image `filters.threshold_multiotsu`.
  /// - Throws: `ImageError.invalidParameter` for a number of classes out of range, `ImageError.tooFewIntensities` for more classes than bins in use,
  ///   `ImageError.noPixels`, `ImageError.sizesDiffer`, `CancellationError`.
  /// - Source: Otsu 1979; Liao, Chen and Chung 2001.
  public func multiOtsuThresholds(classes: Int, within mask: Mask? = nil) throws -> [Float] {
    let cancellation = Cancellation.current
    try ImageError.require("classes", Double(classes), in: 2...8)
    let mask = try measured(within: mask)
    var histogram = try AutomaticHistogram(of: pixels, size: size, within: mask).histogram
    if histogram.counts.count >= 1024 {
      let values = try IntensityValues(pixels, size: size, within: mask)
      let width = (Double(values.maximum) - Double(values.minimum)) / 256
      histogram = try Histogram(of: values.values, lowerEdge: Double(values.minimum), binWidth: width, bins: 256)
    }
    let used = histogram.counts.indices.filter { histogram.counts[$0] > 0 }
    guard used.count >= classes else {
      throw ImageError.tooFewIntensities(used.count, classes: classes)
    }
    // Of the bins in use before each: how many pixels, and their sum.
    var (counts, sums) = ([0.0], [0.0])
    for bin in used {
      counts.append(counts[counts.count - 1] + Double(histogram.counts[bin]))
      sums.append(sums[sums.count - 1] + Double(histogram.counts[bin]) * (histogram.center(bin) - histogram.center(0)))
    }
    func term(_ start: Int, _ end: Int) -> Double {
      let sum = sums[end] - sums[start]
      return sum * sum / (counts[end] - counts[start])
    }
    // best[end]: the largest sum of terms for the bins before `end` in as many classes as rows done, with where the last class begins.
    var best = (0...used.count).map { $0 == 0 ? -Double.infinity : term(0, $0) }
    var starts: [[Int]] = []
    for parts in 2...classes {
      try cancellation.check()
      var next = [Double](repeating: -.infinity, count: used.count + 1)
      var start = [Int](repeating: 0, count: used.count + 1)
      for end in parts..<used.count + 1 {
        for split in parts - 1..<end {
          let value = best[split] + term(split, end)
          if value > next[end] { (next[end], start[end]) = (value, split) }
        }
      }
      best = next
      starts.append(start)
    }
    var end = used.count
    var thresholds: [Float] = []
    for start in starts.reversed() {
      end = start[end]
      thresholds.append(Float(histogram.center(used[end - 1])))
    }
    return thresholds.reversed()
  }

  /// Labels each pixel by its class: 0 up to the first threshold, then one more above each; 0 outside the mask if one is given.
  /// - Throws: `ImageError.sizesDiffer`, `CancellationError`.
  public func classified(by thresholds: [Float], within mask: Mask? = nil) throws -> LabelImage {
    let mask = try measured(within: mask)
    let width = size.width
    let labels: [UInt32] = try Parallel.filled(rows: size.height, of: width) { rows, output in
      for row in rows {
        for column in 0..<width {
          let pixel = pixels[row * width + column]
          let isMeasured = mask?[row, column] ?? true
          output[(row - rows.lowerBound) * width + column] =
            isMeasured ? UInt32(truncatingIfNeeded: thresholds.reduce(0) { $0 + (pixel > $1 ? 1 : 0) }) : 0
        }
      }
    }
    return LabelImage(size: size, labels: labels, spacing: spacing)
  }
}
