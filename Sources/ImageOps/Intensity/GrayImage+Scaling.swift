import Glibc

/// How intensities are brought to a common scale.
public enum Normalization: Hashable, Sendable {
  /// The extremes become 0 and 1.
  case minMax
  /// Two percentiles (0...100) become 0 and 1; what lies outside is clipped.
  case percentiles(low: Double, high: Double)
  /// Mean 0, standard deviation 1 (population). The range becomes −3...3.
  case zScore
}

extension GrayImage {
  /// The window of DICOM's linear VOI LUT function: `width` intensities about `center` become `output`, the rest is clipped.
  ///
  /// - Throws: `ImageError.invalidParameter` unless the width is at least 1 and both are finite; `CancellationError`.
  /// Source: DICOM PS3.3 C.11.2.1.2.1.
  public func windowed(center: Double, width: Double, to output: ClosedRange<Float> = 0...255, polling cancellation: Cancellation = .never)
    throws -> GrayImage
  {
    guard width.isFinite, width >= 1 else {
      throw ImageError.invalidParameter(name: "width", value: width, allowed: "a number of at least 1")
    }
    guard center.isFinite else { throw ImageError.invalidParameter(name: "center", value: center, allowed: "a finite number") }
    let (low, high) = (Double(output.lowerBound), Double(output.upperBound))
    let (middle, half) = (center - 0.5, (width - 1) / 2)
    return try mapPixels(range: output, polling: cancellation) { pixel in
      let x = Double(pixel)
      if x <= middle - half { return output.lowerBound }
      if x > middle + half { return output.upperBound }
      return Float(((x - middle) / (width - 1) + 0.5) * (high - low) + low)
    }
  }

  /// The image with `input` stretched to `output` and what lies outside clipped. An empty input becomes a step: above it is the upper bound.
  /// - Throws: `CancellationError`.
  public func rescaled(
    from input: ClosedRange<Float>, to output: ClosedRange<Float>, polling cancellation: Cancellation = .never
  ) throws -> GrayImage {
    let span = input.upperBound - input.lowerBound
    let target = output.upperBound - output.lowerBound
    return try mapPixels(range: output, polling: cancellation) { pixel in
      if pixel <= input.lowerBound { return output.lowerBound }
      if pixel >= input.upperBound { return output.upperBound }
      return output.lowerBound + (pixel - input.lowerBound) / span * target
    }
  }

  /// The image with two percentiles stretched to `output`, the rest clipped. A constant image becomes the lower bound.
  /// - Throws: `ImageError` when the percentiles are not in order in 0...100, or as ``percentiles(_:within:)``.
  public func stretched(
    fromPercentile low: Double = 1, toPercentile high: Double = 99, to output: ClosedRange<Float> = 0...255, within mask: Mask? = nil,
    polling cancellation: Cancellation = .never
  ) throws -> GrayImage {
    guard low < high else { throw ImageError.invalidParameter(name: "low percentile", value: low, allowed: "below the high percentile") }
    let bounds = try percentiles([low, high], within: mask, polling: cancellation)
    return try rescaled(from: bounds[0]...max(bounds[0], bounds[1]), to: output, polling: cancellation)
  }

  /// Bright and dark exchanged about the middle of the nominal range; applied twice, it changes nothing but rounding.
  /// - Throws: `CancellationError`.
  public func inverted(polling cancellation: Cancellation = .never) throws -> GrayImage {
    let sum = range.lowerBound + range.upperBound
    return try mapPixels(polling: cancellation) { sum - $0 }
  }

  /// The image on a common scale; the range becomes 0...1 (−3...3 for z-scores). A constant image becomes 0.
  /// - Throws: as ``stretched(fromPercentile:toPercentile:to:within:)``.
  public func normalized(
    _ normalization: Normalization, within mask: Mask? = nil, polling cancellation: Cancellation = .never
  ) throws -> GrayImage {
    switch normalization {
    case .minMax:
      let statistics = try statistics(within: mask, polling: cancellation)
      return try rescaled(from: statistics.minimum...statistics.maximum, to: 0...1, polling: cancellation)
    case .percentiles(let low, let high):
      return try stretched(fromPercentile: low, toPercentile: high, to: 0...1, within: mask, polling: cancellation)
    case .zScore:
      let statistics = try statistics(within: mask, polling: cancellation)
      let (mean, deviation) = (statistics.mean, statistics.standardDeviation)
      return try mapPixels(range: -3...3, polling: cancellation) { deviation > 0 ? Float((Double($0) - mean) / deviation) : 0 }
    }
  }

  /// The image with what lies outside `bounds` brought to the nearer bound; the range becomes the part of it inside.
  /// - Throws: `CancellationError`.
  public func clipped(to bounds: ClosedRange<Float>, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try mapPixels(range: range.clamped(to: bounds), polling: cancellation) { min(max($0, bounds.lowerBound), bounds.upperBound) }
  }

  /// The image with the fraction x of its range that each pixel is (clipped to 0...1) raised to `gamma`: below 1 brightens.
  /// - Throws: `ImageError.invalidParameter` unless gamma is positive and finite; `CancellationError`.
  public func gammaCorrected(_ gamma: Double, polling cancellation: Cancellation = .never) throws -> GrayImage {
    guard gamma.isFinite, gamma > 0 else {
      throw ImageError.invalidParameter(name: "gamma", value: gamma, allowed: "a positive number")
    }
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return self }
    let (low, exponent) = (range.lowerBound, Float(gamma))
    return try mapPixels(polling: cancellation) { low + span * powf(min(max(($0 - low) / span, 0), 1), exponent) }
  }

  /// The image with the fraction x of its range that each pixel is (clipped to 0...1) replaced by log₂(1 + x), which brightens and compresses the
  /// bright end; `isInverse` gives 2ˣ - 1, which undoes it. Definition: scikit-image `exposure.adjust_log`.
  /// - Throws: `CancellationError`.
  public func logCorrected(isInverse: Bool = false, polling cancellation: Cancellation = .never) throws -> GrayImage {
    let (low, span) = (range.lowerBound, range.upperBound - range.lowerBound)
    guard span > 0 else { return self }
    return try mapPixels(polling: cancellation) { pixel in
      let x = min(max((pixel - low) / span, 0), 1)
      return low + span * (isInverse ? exp2f(x) - 1 : log2f(1 + x))
    }
  }
}
