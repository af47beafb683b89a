import Basics
internal import Platform

/// How intensities are normalized.
public enum Normalization: Hashable, Sendable {
  /// Minimum and maximum become 0 and 1.
  case minMax
  /// Two percentiles (0...100) become 0 and 1; intensities outside are clipped.
  case percentiles(low: Double, high: Double)
  /// Mean 0, standard deviation 1 (population). The range becomes −3...3.
  case zScore
}

extension GrayImage {
  /// Applies a window by DICOM's linear VOI LUT function: `width` intensities about `center` are scaled to `output`, the rest is clipped.
  ///
  /// - Throws: `ImageError.invalidParameter` unless the width is at least 1 and both are finite; `CancellationError`.
  /// - Source: DICOM PS3.3 C.11.2.1.2.1.
  public func windowed(center: Double, width: Double, to output: ClosedRange<Float> = 0...255)
    throws -> GrayImage
  {
    guard width.isFinite, width >= 1 else {
      throw ImageError.invalidParameter(name: "width", value: width, allowed: "a number of at least 1")
    }
    guard center.isFinite else { throw ImageError.invalidParameter(name: "center", value: center, allowed: "a finite number") }
    let (low, high) = (Double(output.lowerBound), Double(output.upperBound))
    let (middle, half) = (center - 0.5, (width - 1) / 2)
    return try mapPixels(range: output) { pixel in
      let x = Double(pixel)
      if x <= middle - half { return output.lowerBound }
      if x > middle + half { return output.upperBound }
      return Float(((x - middle) / (width - 1) + 0.5) * (high - low) + low)
    }
  }

  /// Scales intensities from `input` to `output` and clips those outside. An empty input is a step: everything above it becomes the upper bound.
  /// - Throws: `CancellationError`.
  public func rescaled(from input: ClosedRange<Float>, to output: ClosedRange<Float>) throws -> GrayImage {
    let span = input.upperBound - input.lowerBound
    let target = output.upperBound - output.lowerBound
    return try mapPixels(range: output) { pixel in
      if pixel <= input.lowerBound { return output.lowerBound }
      if pixel >= input.upperBound { return output.upperBound }
      return output.lowerBound + (pixel - input.lowerBound) / span * target
    }
  }

  /// Scales intensities between two percentiles to `output` and clips the rest. A constant image becomes the lower bound.
  /// - Throws: `ImageError` if the percentiles are not ascending in 0...100, or as ``percentiles(_:within:)``.
  public func stretched(
    fromPercentile low: Double = 1, toPercentile high: Double = 99, to output: ClosedRange<Float> = 0...255, within mask: Mask? = nil
  ) throws -> GrayImage {
    guard low < high else { throw ImageError.invalidParameter(name: "low percentile", value: low, allowed: "below the high percentile") }
    let bounds = try percentiles([low, high], within: mask)
    return try rescaled(from: bounds[0]...max(bounds[0], bounds[1]), to: output)
  }

  /// Inverts intensities about the middle of the nominal range; applied twice, it changes nothing except by rounding.
  /// - Throws: `CancellationError`.
  public func inverted() throws -> GrayImage {
    let sum = range.lowerBound + range.upperBound
    return try mapPixels { sum - $0 }
  }

  /// Normalizes the image; the range becomes 0...1 (−3...3 for z-scores). A constant image becomes 0.
  /// - Throws: As ``stretched(fromPercentile:toPercentile:to:within:)``.
  public func normalized(_ normalization: Normalization, within mask: Mask? = nil) throws -> GrayImage {
    switch normalization {
    case .minMax:
      let statistics = try statistics(within: mask)
      return try rescaled(from: statistics.minimum...statistics.maximum, to: 0...1)
    case .percentiles(let low, let high):
      return try stretched(fromPercentile: low, toPercentile: high, to: 0...1, within: mask)
    case .zScore:
      let statistics = try statistics(within: mask)
      let (mean, deviation) = (statistics.mean, statistics.standardDeviation)
      return try mapPixels(range: -3...3) { deviation > 0 ? Float((Double($0) - mean) / deviation) : 0 }
    }
  }

  /// Clips intensities to `bounds`; the range becomes its intersection with them.
  /// - Throws: `CancellationError`.
  public func clipped(to bounds: ClosedRange<Float>) throws -> GrayImage {
    try mapPixels(range: range.clamped(to: bounds)) { min(max($0, bounds.lowerBound), bounds.upperBound) }
  }

  /// Applies gamma: the fraction of its range that each pixel is (clipped to 0...1) is raised to `gamma`; below 1 brightens.
  /// - Throws: `ImageError.invalidParameter` unless gamma is positive and finite; `CancellationError`.
  public func gammaCorrected(_ gamma: Double) throws -> GrayImage {
    guard gamma.isFinite, gamma > 0 else {
      throw ImageError.invalidParameter(name: "gamma", value: gamma, allowed: "a positive number")
    }
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return self }
    let (low, exponent) = (range.lowerBound, Float(gamma))
    return try mapPixels { low + span * powf(min(max(($0 - low) / span, 0), 1), exponent) }
  }

  /// Applies a logarithm: the fraction x of its range that each pixel is (clipped to 0...1) becomes log₂(1 + x), which brightens and compresses the
  /// bright end. `isInverse` applies 2ˣ - 1, which undoes it. Definition: scikit-image `exposure.adjust_log`.
  /// - Throws: `CancellationError`.
  public func logCorrected(isInverse: Bool = false) throws -> GrayImage {
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    guard span > 0 else { return self }
    return try mapPixels { pixel in
      let x = min(max((pixel - low) / span, 0), 1)
      return low + span * (isInverse ? exp2f(x) - 1 : log2f(1 + x))
    }
  }
}
