import Basics
internal import Platform

/// Similarity of two gray images.
public struct ImageSimilarity: Sendable, Hashable {
  /// Mean of the squared differences.
  public var meanSquaredError: Double
  /// Mean of the absolute differences.
  public var meanAbsoluteError: Double
  /// 10 log₁₀(range² / mean squared error) in dB; infinite for equal images.
  public var peakSignalToNoise: Double
  /// Mean structural similarity (SSIM), at most 1; nil if a side is shorter than 7 px.
  public var structuralSimilarity: Double?
}

/// Compares an image with a reference of the same size; the reference's nominal range (above 0) is the data range.
///
/// Definitions: scikit-image `metrics.mean_squared_error`, `peak_signal_noise_ratio`, `structural_similarity` (windows of 7 × 7, sample covariance).
/// O(pixels).
/// - Throws: `ImageError.sizesDiffer`, `ImageError.invalidParameter` for a reference without range, `CancellationError`.
/// - Source: Wang et al., Image Quality Assessment, IEEE TIP 13, 2004.
public func similarity(of image: GrayImage, to reference: GrayImage) throws -> ImageSimilarity {
  try ImageError.requireSameSize(image.size, reference.size)
  let span = Double(reference.range.upperBound) - Double(reference.range.lowerBound)
  try ImageError.requirePositive("range", span)
  let width = image.size.width
  // Sums of a row each, added in order, so that threads do not matter.
  let errors: [Double] = try Parallel.filled(rows: image.size.height, of: 2, grain: max(1, 32_768 / width)) {
    rows, output in
    for row in rows {
      var (squares, absolutes) = (0.0, 0.0)
      for index in row * width..<(row + 1) * width {
        let difference = Double(image.pixels[index]) - Double(reference.pixels[index])
        squares += difference * difference
        absolutes += abs(difference)
      }
      output[2 * (row - rows.lowerBound)] = squares
      output[2 * (row - rows.lowerBound) + 1] = absolutes
    }
  }
  let count = Double(image.size.count)
  let squared = stride(from: 0, to: errors.count, by: 2).reduce(0) { $0 + errors[$1] } / count
  return ImageSimilarity(
    meanSquaredError: squared, meanAbsoluteError: stride(from: 1, to: errors.count, by: 2).reduce(0) { $0 + errors[$1] } / count,
    peakSignalToNoise: squared == 0 ? .infinity : 10 * log10(span * span / squared),
    structuralSimilarity: try structuralSimilarity(of: image, to: reference, span: span))
}

private func structuralSimilarity(of image: GrayImage, to reference: GrayImage, span: Double) throws -> Double? {
  let cancellation = Cancellation.current
  let (width, height, side) = (image.size.width, image.size.height, 7)
  guard width >= side, height >= side else { return nil }
  let (c1, c2) = (0.01 * span * 0.01 * span, 0.03 * span * 0.03 * span)
  let number = Double(side * side)
  let sums: [Double] = try Parallel.filled(rows: height - side + 1, of: 1, grain: max(16, 32_768 / width)) {
    rows, output in
    var columns = [Moments](repeating: Moments(), count: width)
    func add(_ row: Int, _ sign: Double) {
      for column in 0..<width {
        columns[column].add(Double(image.pixels[row * width + column]), Double(reference.pixels[row * width + column]), sign)
      }
    }
    for row in rows.lowerBound..<rows.lowerBound + side - 1 { add(row, 1) }
    for row in rows {
      try cancellation.check()
      add(row + side - 1, 1)
      var window = Moments()
      for column in 0..<side - 1 { window.add(columns[column], 1) }
      var sum = 0.0
      for column in 0...width - side {
        window.add(columns[column + side - 1], 1)
        sum += window.similarity(number, c1, c2)
        window.add(columns[column], -1)
      }
      output[row - rows.lowerBound] = sum
      add(row, -1)
    }
  }
  return sums.reduce(0, +) / Double((width - side + 1) * (height - side + 1))
}

/// Sums of two images' intensities, their squares and products.
private struct Moments {
  private var (x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)

  mutating func add(_ a: Double, _ b: Double, _ sign: Double) {
    x += sign * a
    y += sign * b
    xx += sign * a * a
    yy += sign * b * b
    xy += sign * a * b
  }

  mutating func add(_ other: Moments, _ sign: Double) {
    x += sign * other.x
    y += sign * other.y
    xx += sign * other.xx
    yy += sign * other.yy
    xy += sign * other.xy
  }

  func similarity(_ number: Double, _ c1: Double, _ c2: Double) -> Double {
    let (mx, my, sample) = (x / number, y / number, number / (number - 1))
    let (vx, vy, cov) = (sample * (xx / number - mx * mx), sample * (yy / number - my * my), sample * (xy / number - mx * my))
    return (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
  }
}
