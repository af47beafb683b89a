/// Where a threshold comes from.
public enum ThresholdMethod: Hashable, Sendable {
  /// The number itself.
  case value(Float)
  /// A percentage of the nominal range: 40 means 40 % of the way from its lower to its upper bound.
  case percentOfRange(Double)
  /// An exact percentile of the pixels measured, 0...100.
  case percentile(Double)
  /// Computed from the histogram.
  case automatic(Automatic)

  /// Methods that need no number.
  public enum Automatic: String, CaseIterable, Hashable, Sendable {
    /// Largest variance between the classes (Otsu 1979).
    case otsu
    /// Farthest from the line between the histogram's peak and its longer tail (Zack 1977).
    case triangle
    /// Least cross entropy, by iteration from the mean (Li and Tam 1998).
    case li
    /// Largest correlation (Yen 1995).
    case yen
    /// Midway between the means of the classes (Ridler and Calvard 1978), the lowest such value.
    case isodata
    /// The mean.
    case mean
    /// Least error of two normal classes (Kittler and Illingworth 1986).
    case minimumError
    /// Largest entropy of both classes together (Kapur, Sahoo and Wong 1985).
    case maximumEntropy
  }

  public static let otsu = automatic(.otsu)
}

/// A mask and the threshold that made it.
public struct Thresholded: Sendable, Equatable {
  public let mask: Mask
  public let threshold: Float
}

extension GrayImage {
  /// The pixels above a threshold: `pixel > threshold`, as scikit-image has it.
  ///
  /// With `mask`, only the pixels inside are measured and only they can be in the result. Automatic methods are scikit-image's, on one bin a whole
  /// number when all pixels are whole numbers and on 256 bins between the extremes otherwise; a constant image gives its value and so an empty mask.
  /// Padding is neither measured nor in the result.
  /// - Throws: `ImageError` for a parameter out of range, a mask of another size, or no pixel to measure; `CancellationError`.
  public func thresholded(
    by method: ThresholdMethod, within mask: Mask? = nil, polling cancellation: Cancellation = .never
  ) throws -> Thresholded {
    try Thresholded(
      pixels, size: size, spacing: spacing, range: range, by: method, within: measured(within: mask), polling: cancellation)
  }
}

extension ProbabilityMap {
  /// The pixels above a threshold; see ``GrayImage/thresholded(by:within:)``. The nominal range is 0...1.
  public func thresholded(
    by method: ThresholdMethod, within mask: Mask? = nil, polling cancellation: Cancellation = .never
  ) throws -> Thresholded {
    try Thresholded(pixels, size: size, spacing: spacing, range: 0...1, by: method, within: mask, polling: cancellation)
  }
}

extension Thresholded {
  fileprivate init(
    _ pixels: [Float], size: Size, spacing: Spacing, range: ClosedRange<Float>, by method: ThresholdMethod, within mask: Mask?,
    polling cancellation: Cancellation
  ) throws {
    if let mask, mask.size != size { throw ImageError.sizesDiffer(size, mask.size) }
    switch method {
    case .value(let value): threshold = value
    case .percentOfRange(let percent):
      guard (0...100).contains(percent) else {
        throw ImageError.invalidParameter(name: "percentage", value: percent, allowed: "0 to 100")
      }
      threshold = Float(Double(range.lowerBound) + percent / 100 * (Double(range.upperBound) - Double(range.lowerBound)))
    case .percentile(let percent):
      threshold = try IntensityValues(pixels, size: size, within: mask, polling: cancellation).percentiles(
        [percent], polling: cancellation)[0]
    case .automatic(let method):
      threshold = try method.threshold(
        of: try AutomaticHistogram(of: pixels, size: size, within: mask, polling: cancellation), polling: cancellation)
    }
    self.mask = try pixels.above(threshold, size: size, spacing: spacing, within: mask, polling: cancellation)
  }
}

extension [Float] {
  /// The pixels above a limit, of those inside the mask where one is given.
  func above(_ limit: Float, size: Size, spacing: Spacing, within mask: Mask?, polling cancellation: Cancellation = .never) throws -> Mask {
    let (width, wordsPerRow) = (size.width, (size.width + 63) / 64)
    let words: [UInt64] = try withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: size.height, of: wordsPerRow, grain: Swift.max(1, 32_768 / width), polling: cancellation) {
        rows, output in
        guard let source = pixels.baseAddress, let target = output.baseAddress else { return }
        for row in rows {
          PixelKernels.isAbove(source + row * width, limit, into: target + (row - rows.lowerBound) * wordsPerRow, count: width)
        }
      }
    }
    let result = Mask(size: size, words: words, spacing: spacing)
    return try mask.map { try result.intersection($0) } ?? result
  }
}
