import Basics

extension GrayImage {
  /// Equalizes the histogram: each pixel becomes the share of pixels not above it, scaled to the nominal range.
  ///
  /// Whole numbers are counted one by one, others in 256 bins with linear interpolation between their centers. With `mask`, only pixels inside are
  /// counted; all are changed. Definition: scikit-image `exposure.equalize_hist`. O(pixels).
  /// - Throws: `ImageError.noPixels`, `ImageError.sizesDiffer`, `CancellationError`.
  public func equalized(within mask: Mask? = nil) throws -> GrayImage {
    let mask = try measured(within: mask)
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    if mask == nil, let (bytes, counts) = try pixels.countedBytes() {
      return try lookedUp(bytes, in: Self.cumulativeShares(of: counts).map { low + span * $0 })
    }
    let measured = try AutomaticHistogram(of: pixels, size: size, within: mask)
    let histogram = measured.histogram
    let shares = Self.cumulativeShares(of: histogram.counts)
    // All pixels were measured, so that each has its bin.
    if measured.areIntegers, histogram.binWidth == 1, mask == nil {
      return try lookedUp(from: measured.minimum, in: shares.map { low + span * $0 })
    }
    let curve = ToneCurve(start: histogram.center(0), step: histogram.binWidth, values: shares)
    return try mapPixels { low + span * curve[$0] }
  }

  /// The share of all counts up to each.
  private static func cumulativeShares(of counts: [Int]) -> [Float] {
    let total = Double(counts.reduce(0, +))
    var below = 0
    return counts.map { count in
      below += count
      return Float(Double(below) / total)
    }
  }

  /// Bytes replaced by the entries of a table of 256.
  private func lookedUp(_ bytes: [UInt8], in table: [Float]) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try bytes.withUnsafeBufferPointer { bytes in
      nonisolated(unsafe) let bytes = bytes
      return try Parallel.filled(rows: size.height, of: width) { rows, output in
        guard let source = bytes.baseAddress, let target = output.baseAddress else { return }
        PixelKernels.lookUp(source + rows.lowerBound * width, in: table, into: target, count: rows.count * width)
      }
    }
    return with(pixels: result)
  }

  /// Whole numbers replaced by what a table says of them.
  private func lookedUp(from start: Float, in table: [Float]) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try pixels.withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: size.height, of: width) { rows, output in
        guard let source = pixels.baseAddress, let target = output.baseAddress else { return }
        PixelKernels.lookUp(source + rows.lowerBound * width, from: start, in: table, into: target, count: rows.count * width)
      }
    }
    return with(pixels: result)
  }

  /// Matches the histogram to another image's: each pixel becomes the intensity below which the same share of `reference` lies, interpolated linearly
  /// between its distinct values.
  ///
  /// Definition: scikit-image `exposure.match_histograms`. The result has the reference's range. O(n), three planes at most.
  /// - Throws: `ImageError.noPixels` if either image has no finite pixel, `CancellationError`.
  public func histogramMatched(to reference: GrayImage) throws -> GrayImage {
    let cancellation = Cancellation.current
    let values = try IntensityValues(pixels, size: size, within: measured())
    if values.countsWholeNumbers {
      let source = try DistinctValues(of: values)
      var matcher = try ShareMatcher(reference)
      var table = [Float](repeating: 0, count: Int(values.maximum - values.minimum) + 1)
      var below = 0
      try source.forEachValue { value, count in
        below += count
        table[Int(value - values.minimum)] = matcher.value(ofShare: Double(below) / Double(values.values.count))
        return true
      }
      // Padding need not lie between the extremes of what was measured.
      let (first, last, matched) = (values.minimum, values.maximum, table)
      return try mapPixels(range: reference.range) {
        $0.isFinite ? matched[Int(min(max($0, first), last).rounded(.down) - first)] : $0
      }
    }
    if let padding { return try histogramMatched(to: reference, without: padding, values) }
    let total = Double(values.values.count)
    let order = try pixels.radixOrder()
    var matcher = try ShareMatcher(reference)
    var result = try [Float](copying: pixels)
    // Pixels of one value are changed together, when the first of another one comes.
    var (below, start) = (0, 0)
    func settle(_ end: Int) throws {
      guard below > 0 else { return }
      let value = matcher.value(ofShare: Double(below) / total)
      for step in start..<end {
        if step & 0xFFFF == 0 { try cancellation.check() }
        result[Int(order[step])] = value
      }
    }
    for (step, place) in order.enumerated() {
      if step & 0xFFFF == 0 { try cancellation.check() }
      guard pixels[Int(place)].isFinite else { continue }
      if below > 0, pixels[Int(order[start])] == pixels[Int(place)] {
        below += 1
        continue
      }
      try settle(step)
      (below, start) = (below + 1, step)
    }
    try settle(order.lastIndex { pixels[Int($0)].isFinite }.map { $0 + 1 } ?? start)
    return with(pixels: result, range: reference.range)
  }

  /// The same for an image with padding, which becomes as dark as the darkest pixel.
  private func histogramMatched(to reference: GrayImage, without padding: Mask, _ values: IntensityValues) throws -> GrayImage {
    let row = GrayImage(size: Size(width: values.values.count, height: 1), pixels: values.values)
    let matched = try row.histogramMatched(to: reference).pixels
    let least = matched.finiteExtremes.lowerBound
    var next = 0
    var result = pixels
    for index in result.indices {
      if padding[index / size.width, index % size.width] {
        result[index] = least
      } else if result[index].isFinite {
        result[index] = matched[next]
        next += 1
      }
    }
    return with(pixels: result, range: reference.range)
  }
}

/// Says which intensity of an image a given share of its pixels does not exceed, for shares in ascending order.
private struct ShareMatcher {
  private var runs: DistinctValues.Runs
  private let total: Double
  private var below = 0
  private var before: (value: Float, share: Double)?
  private var next: (value: Float, share: Double)?

  init(_ picture: GrayImage) throws {
    let values = try IntensityValues(picture.pixels, size: picture.size, within: picture.measured())
    total = Double(values.values.count)
    runs = try DistinctValues(of: values).makeIterator()
    advance()
  }

  private mutating func advance() {
    before = next ?? before
    next = runs.next().map { value, count in
      below += count
      return (value, Double(below) / total)
    }
  }

  mutating func value(ofShare share: Double) -> Float {
    while let next, next.share < share { advance() }
    guard let before else { return next?.value ?? 0 }
    guard let next else { return before.value }
    let part = (share - before.share) / (next.share - before.share)
    let (a, b) = (Double(before.value), Double(next.value))
    return Float(a + (b - a) * part)
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
struct DistinctValues: Sendable, Sequence {
  /// How often each whole number from the first on occurs, or all numbers in order.
  fileprivate enum Storage: Sendable {
    case counts([Int], first: Float)
    case sorted([Float])
  }
  private let storage: Storage

  /// Of whole numbers, counted from `first` on.
  init(counts: [Int], first: Float) { self.init(storage: .counts(counts, first: first)) }

  private init(storage: Storage) { self.storage = storage }

  /// O(n); two planes where there are fractions, of which one is kept.
  init(of measured: IntensityValues) throws {
    if measured.countsWholeNumbers {
      self.init(counts: try measured.automaticHistogram().counts, first: measured.minimum)
    } else {
      self.init(storage: .sorted(try measured.values.radixSorted()))
    }
  }

  func makeIterator() -> Runs { Runs(storage: storage) }

  /// Calls `body` with each value and its number until it gives false, and polls on the way.
  func forEachValue(_ body: (Float, Int) throws -> Bool) throws {
    let cancellation = Cancellation.current
    for (step, run) in self.enumerated() {
      if step & 0xFFFF == 0 { try cancellation.check() }
      guard try body(run.value, run.count) else { return }
    }
  }

  struct Runs: IteratorProtocol {
    fileprivate let storage: Storage
    private var place = 0

    fileprivate init(storage: Storage) { self.storage = storage }

    mutating func next() -> (value: Float, count: Int)? {
      switch storage {
      case .counts(let counts, let first):
        while place < counts.count, counts[place] == 0 { place += 1 }
        guard place < counts.count else { return nil }
        defer { place += 1 }
        return (first + Float(place), counts[place])
      case .sorted(let values):
        guard place < values.count else { return nil }
        let start = place
        while place < values.count, values[place] == values[start] { place += 1 }
        return (values[start], place - start)
      }
    }
  }
}
