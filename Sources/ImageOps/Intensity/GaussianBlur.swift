import Glibc

/// A separable Gaussian filter, cut off at four standard deviations and mirrored at the border (`b a | a b c`): SciPy's `gaussian_filter`.
private struct GaussianKernel {
  /// The weight of the centre, then of each distance.
  let weights: [Float]

  init(sigma: Double) {
    let radius = Int(4 * sigma + 0.5)
    let exact = (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = exact[0] + 2 * exact.dropFirst().reduce(0, +)
    weights = exact.map { Float($0 / sum) }
  }

  var radius: Int { weights.count - 1 }

  func vertical(_ pixels: [Float], _ size: Size, polling cancellation: Cancellation) throws -> [Float] {
    let width = size.width
    return try Parallel.filled(rows: size.height, of: width, polling: cancellation) { rows, output in
      pixels.withUnsafeBufferPointer { pixels in
        func line(_ row: Int) -> UnsafeBufferPointer<Float> {
          let source = Padding<Float>.symmetric.source(of: row, count: size.height) ?? 0
          return UnsafeBufferPointer(rebasing: pixels[source * width..<(source + 1) * width])
        }
        for row in rows {
          let result = UnsafeMutableBufferPointer(
            rebasing: output[(row - rows.lowerBound) * width..<(row - rows.lowerBound + 1) * width])
          let center = line(row)
          for column in 0..<width { result[column] = weights[0] * center[column] }
          for distance in 0..<radius {
            let (above, below) = (line(row - distance - 1), line(row + distance + 1))
            let weight = weights[distance + 1]
            for column in 0..<width { result[column] += weight * (above[column] + below[column]) }
          }
        }
      }
    }
  }

  func horizontal(_ pixels: [Float], _ size: Size, polling cancellation: Cancellation) throws -> [Float] {
    let width = size.width
    let sources = (-radius..<width + radius).map { Padding<Float>.symmetric.source(of: $0, count: width) ?? 0 }
    return try Parallel.filled(rows: size.height, of: width, polling: cancellation) { rows, output in
      var padded = [Float](repeating: 0, count: sources.count)
      for row in rows {
        for (index, source) in sources.enumerated() { padded[index] = pixels[row * width + source] }
        padded.withUnsafeBufferPointer { padded in
          let result = UnsafeMutableBufferPointer(
            rebasing: output[(row - rows.lowerBound) * width..<(row - rows.lowerBound + 1) * width])
          for column in 0..<width { result[column] = weights[0] * padded[radius + column] }
          for distance in 0..<radius {
            let left = UnsafeBufferPointer(rebasing: padded[(radius - distance - 1)...])
            let right = UnsafeBufferPointer(rebasing: padded[(radius + distance + 1)...])
            let weight = weights[distance + 1]
            for column in 0..<width { result[column] += weight * (left[column] + right[column]) }
          }
        }
      }
    }
  }
}

extension GrayImage {
  /// The picture smoothed by a Gaussian of standard deviation `sigma` px (0...1000; 0 changes nothing), cut off at 4 sigma, mirrored at the border.
  ///
  /// O(pixels · sigma). Definition: `scipy.ndimage.gaussian_filter` with `mode='reflect'`.
  /// - Throws: `PictureError.invalidParameter`, `CancellationError`.
  public func gaussianBlurred(sigma: Double, polling cancellation: Cancellation = .never) throws -> GrayImage {
    with(pixels: try pixels.gaussianBlurred(size, sigma: (sigma, sigma), polling: cancellation))
  }

  /// The picture smoothed by different amounts along rows and columns, as unequal spacings need.
  /// - Throws: as ``gaussianBlurred(sigma:polling:)``.
  public func gaussianBlurred(rowSigma: Double, columnSigma: Double, polling cancellation: Cancellation = .never) throws -> GrayImage {
    with(pixels: try pixels.gaussianBlurred(size, sigma: (rowSigma, columnSigma), polling: cancellation))
  }
}

extension ProbabilityMap {
  /// The map smoothed by a Gaussian; see ``GrayImage/gaussianBlurred(sigma:polling:)``.
  public func gaussianBlurred(sigma: Double, polling cancellation: Cancellation = .never) throws -> ProbabilityMap {
    var result = self
    result.pixels = try pixels.gaussianBlurred(size, sigma: (sigma, sigma), polling: cancellation)
    return result
  }
}

extension [Float] {
  /// One plane smoothed; sigma across rows, then along them.
  func gaussianBlurred(_ size: Size, sigma: (row: Double, column: Double), polling cancellation: Cancellation = .never) throws -> [Float] {
    for sigma in [sigma.row, sigma.column] where !(0...1000).contains(sigma) {
      throw PictureError.invalidParameter(name: "sigma", value: sigma, allowed: "0 to 1000 px")
    }
    var result = self
    if sigma.row > 0 { result = try GaussianKernel(sigma: sigma.row).vertical(result, size, polling: cancellation) }
    if sigma.column > 0 { result = try GaussianKernel(sigma: sigma.column).horizontal(result, size, polling: cancellation) }
    return result
  }
}
