import Basics
internal import Platform

/// How a local threshold is computed from the square window around a pixel. m is the local mean, s the local standard deviation.
public enum LocalThresholdMethod: String, CaseIterable, Hashable, Sendable {
  /// The local mean, m.
  case mean
  /// The local median.
  case median
  /// A mean weighted by a Gaussian of a third of the radius.
  case gaussian
  /// m - 0.2 s (Niblack 1986).
  case niblack
  /// m (1 + 0.2 (s / R - 1)), R half of the nominal range (Sauvola and Pietikäinen 2000).
  case sauvola
  /// m (1 + 2 exp(-10 m) + 0.25 (s / 0.5 - 1)) on a range of 0 to 1 (Phansalkar et al. 2011).
  case phansalkar
}

extension GrayImage {
  /// Applies a local (adaptive) threshold: returns the pixels above their local threshold minus `offset`, in units of intensity. Windows are (2
  /// radius + 1)² pixels, radius 1...4096 (for the median 1...1000).
  ///
  /// With `mask`, only pixels inside can be in the result, and only they are measured, except by the median. Definitions: scikit-image
  /// `threshold_local`, `threshold_niblack` and `threshold_sauvola` (these two, and Phansalkar's, mirror about the outermost pixels, the others about
  /// the edge); ImageJ's Phansalkar. O(1) per pixel at any radius except for the Gaussian and for the median of images of more than 8 bits.
  /// - Throws: `ImageError.invalidParameter`, `ImageError.sizesDiffer`, `CancellationError`.
  public func locallyThresholded(by method: LocalThresholdMethod, radius: Int, offset: Double = 0, within mask: Mask? = nil) throws -> Mask
  {
    try ImageError.require("radius", Double(radius), in: 1...(method == .median ? 1000 : 4096), unit: " px")
    try ImageError.require("offset", offset, in: -1e9...1e9)
    let mask = try measured(within: mask)
    let above =
      switch method {
      case .median: try above(medianFiltered(radius: radius), less: offset)
      case .gaussian:
        try above(gaussianMean(sigma: Double(radius) / 3, within: mask), less: offset)
      default: try aboveWindows(method, radius: radius, offset: offset, within: mask)
      }
    return try mask.map { try above.intersection($0) } ?? above
  }

  private func above(_ limits: GrayImage, less offset: Double) throws -> Mask {
    let shifted = offset == 0 ? limits : try limits.mapPixels { $0 - Float(offset) }
    let (width, wordsPerRow) = (size.width, (size.width + 63) / 64)
    let words: [UInt64] = try pixels.withUnsafeBufferPointer { pixels in
      try shifted.pixels.withUnsafeBufferPointer { limits in
        nonisolated(unsafe) let (pixels, limits) = (pixels, limits)
        return try Parallel.filled(rows: size.height, of: wordsPerRow, grain: max(1, 32_768 / width)) {
          rows, output in
          guard let pixels = pixels.baseAddress, let limits = limits.baseAddress, let output = output.baseAddress else { return }
          for row in rows {
            let target = output + (row - rows.lowerBound) * wordsPerRow
            PixelKernels.isAbove(pixels + row * width, limits + row * width, into: target, count: width)
          }
        }
      }
    }
    return Mask(size: size, words: words, spacing: spacing)
  }

  /// A Gaussian mean of the pixels inside the mask; 0 where none is near.
  private func gaussianMean(sigma: Double, within mask: Mask?) throws -> GrayImage {
    guard let mask else { return try gaussianBlurred(sigma: sigma) }
    let weights = try GrayImage(mask, inside: 1)
    let sums = try mapPixels(with: weights) { $0 * $1 }.gaussianBlurred(sigma: sigma)
    return try sums.mapPixels(with: weights.gaussianBlurred(sigma: sigma)) {
      $1 > 1e-6 ? $0 / $1 : 0
    }
  }

  private func aboveWindows(_ method: LocalThresholdMethod, radius: Int, offset: Double, within mask: Mask?) throws -> Mask {
    let (low, span, width) = (Double(range.lowerBound), Double(range.upperBound - range.lowerBound), size.width)
    let padding: Padding<Float> = method == .mean ? .symmetric : .reflect
    @Sendable func limit(_ mean: Double, _ deviation: Double) -> Double {
      switch method {
      case .niblack: return mean - 0.2 * deviation
      case .sauvola: return mean * (1 + 0.2 * (span > 0 ? deviation / (span / 2) - 1 : 0))
      case .phansalkar:
        guard span > 0 else { return mean }
        let relative = (mean - low) / span
        return low + span * relative * (1 + 2 * exp(-10 * relative) + 0.25 * (deviation / span / 0.5 - 1))
      case .mean, .median, .gaussian: return mean
      }
    }
    let window = (2 * radius + 1) * (2 * radius + 1)
    // No quotient of whole numbers lies so near to a whole number that rounding would matter.
    if method == .mean, mask == nil, window < 30_000, let whole = Int(exactly: offset), abs(whole) < 4096, range.upperBound <= 255,
      let words: [UInt64] = try mapWholeWindows(
        radius: radius, beyond: padding, squares: false, of: (width + 63) / 64,
        { _, sums, _, pixels, line in
          PixelKernels.isAboveMean(pixels, sums: sums, window: window, offset: whole, into: line, count: width)
        })
    {
      return Mask(size: size, words: words, spacing: spacing)
    }
    // How many pixels inside each window holds; all of them without a mask.
    var measured = self
    var counts: [Float]?
    if let mask {
      let inside = with(pixels: try mask.values(inside: 1, outside: 0))
      counts = try inside.mapWindows(radius: radius, beyond: padding, squares: false) { _, window, _, line in
        for column in 0..<width { line[column] = Float(window.sums[column]) }
      }
      measured = try mapPixels(with: inside) { $1 > 0 ? $0 : 0 }
    }
    let (needsSquares, insideCounts, words) = (method != .mean, counts, (width + 63) / 64)
    let result: [UInt64] = try measured.mapWindows(radius: radius, beyond: padding, squares: needsSquares, of: words) {
      row, window, pixels, line in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { limits in
        guard let limits = limits.baseAddress else { return }
        if method == .mean, insideCounts == nil {
          PixelKernels.meanLimits(window.sums, window: window.count, offset: offset, into: limits, count: width)
          return PixelKernels.isAbove(pixels, limits, into: line, count: width)
        }
        for column in 0..<width {
          let count = insideCounts.map { max(1, Double($0[row * width + column])) } ?? window.count
          let mean = window.sums[column] / count
          let deviation = needsSquares ? max(0, window.squares[column] / count - mean * mean).squareRoot() : 0
          limits[column] = Float(limit(mean, deviation) - offset)
        }
        PixelKernels.isAbove(pixels, limits, into: line, count: width)
      }
    }
    return Mask(size: size, words: result, spacing: spacing)
  }

  /// Applies a hysteresis threshold: returns the pixels above `low` that are connected to one above `high`, of those inside the mask if one is given.
  ///
  /// Definition: scikit-image `filters.apply_hysteresis_threshold`, whose neighbors share an edge. O(pixels).
  /// - Throws: `ImageError.invalidParameter` unless low is at most high, `ImageError.sizesDiffer`, `CancellationError`.
  public func hysteresisThresholded(low: Float, high: Float, connectivity: Connectivity = .four, within mask: Mask? = nil) throws -> Mask {
    guard low <= high else { throw ImageError.invalidParameter(name: "low", value: Double(low), allowed: "at most high") }
    let mask = try measured(within: mask)
    let weak = try pixels.above(low, size: size, spacing: spacing, within: mask)
    let strong = try pixels.above(high, size: size, spacing: spacing, within: mask)
    return try weak.reconstructed(from: strong, connectivity: connectivity)
  }
}
