import Basics

/// How a global threshold is chosen.
public enum ThresholdMethod: Hashable, Sendable {
  /// A given intensity.
  case value(Float)
  /// A percentage of the nominal range: 40 means 40 % of the way from its lower to its upper bound.
  case percentOfRange(Double)
  /// An exact percentile of the measured pixels, 0...100.
  case percentile(Double)
  /// Computed from the histogram of the measured pixels.
  case automatic(Automatic)

  /// Automatic methods, which need no parameter.
  public enum Automatic: String, CaseIterable, Hashable, Sendable {
    /// Maximum variance between the classes (Otsu 1979).
    case otsu
    /// The bin farthest from the line between the histogram's peak and the end of its longer tail (Zack 1977).
    case triangle
    /// Minimum cross entropy, by iteration from the mean (Li and Tam 1998).
    case li
    /// Maximum correlation (Yen 1995).
    case yen
    /// Midway between the means of the classes (Ridler and Calvard 1978), the lowest such value.
    case isodata
    /// The mean.
    case mean
    /// Minimum error of two normal classes (Kittler and Illingworth 1986).
    case minimumError
    /// Maximum entropy of both classes together (Kapur, Sahoo and Wong 1985).
    case maximumEntropy
  }

  /// Otsu's method.
  public static let otsu = automatic(.otsu)
}

/// A mask and the threshold that produced it.
public struct Thresholded: Sendable, Equatable {
  /// The pixels above the threshold.
  public let mask: Mask
  /// The threshold, in units of intensity.
  public let threshold: Float
}

extension GrayImage {
  /// Applies a threshold: returns the pixels with `pixel > threshold`, as in scikit-image.
  ///
  /// With `mask`, only the pixels inside are measured and only they can be in the result. Automatic methods are scikit-image's, with one bin per
  /// whole number if all pixels are whole numbers, otherwise with 256 bins between the extremes. For a constant image the threshold is its value, so
  /// the mask is empty. Padding is neither measured nor in the result.
  /// - Throws: `ImageError` for a parameter out of range, a mask of another size, or no pixel to measure; `CancellationError`.
  public func thresholded(by method: ThresholdMethod, within mask: Mask? = nil) throws -> Thresholded {
    try Thresholded(pixels, size: size, spacing: spacing, range: range, by: method, within: measured(within: mask))
  }
}

extension ProbabilityMap {
  /// Applies a threshold; see ``GrayImage/thresholded(by:within:)``. The nominal range is 0...1.
  public func thresholded(by method: ThresholdMethod, within mask: Mask? = nil) throws -> Thresholded {
    try Thresholded(pixels, size: size, spacing: spacing, range: 0...1, by: method, within: mask)
  }
}

extension Thresholded {
  fileprivate init(
    _ pixels: [Float], size: Size, spacing: Spacing, range: ClosedRange<Float>, by method: ThresholdMethod, within mask: Mask?
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
      threshold = try IntensityValues(pixels, size: size, within: mask).percentiles(
        [percent])[0]
    case .automatic(let method):
      threshold = try method.threshold(of: try AutomaticHistogram(of: pixels, size: size, within: mask))
    }
    self.mask = try pixels.above(threshold, size: size, spacing: spacing, within: mask)
  }
}

extension [Float] {
  /// The pixels above a limit, of those inside the mask where one is given.
  func above(_ limit: Float, size: Size, spacing: Spacing, within mask: Mask?) throws -> Mask {
    let (width, wordsPerRow) = (size.width, (size.width + 63) / 64)
    let words: [UInt64] = try withUnsafeBufferPointer { pixels in
      nonisolated(unsafe) let pixels = pixels
      return try Parallel.filled(rows: size.height, of: wordsPerRow, grain: Swift.max(1, 32_768 / width)) {
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
