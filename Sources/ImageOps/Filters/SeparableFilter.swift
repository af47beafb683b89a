import Glibc

/// One line of a separable filter, correlated with the picture: the weight of the centre, then of each distance; on the far side the same
/// weights, or their negatives where the kernel is odd.
struct LineKernel: Sendable {
  let weights: [Float]
  let isOdd: Bool

  /// - Precondition: at least the centre's weight.
  init(_ weights: [Float], isOdd: Bool = false) {
    precondition(!weights.isEmpty, "a kernel has a centre")
    self.weights = weights
    self.isOdd = isOdd
  }

  var radius: Int { weights.count - 1 }

  /// Leaves everything as it is.
  static let identity = LineKernel([1])

  /// A Gaussian, or its first or second derivative, cut off at `truncation` standard deviations: the weights of SciPy's `gaussian_filter1d`.
  static func gaussian(sigma: Double, order: Int = 0, truncation: Double = 4) -> LineKernel {
    guard sigma > 0 else { return identity }
    let radius = Int(truncation * sigma + 0.5)
    let exact = (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    let sum = exact[0] + 2 * exact.dropFirst().reduce(0, +)
    let (s2, s4) = (sigma * sigma, sigma * sigma * sigma * sigma)
    let weights = exact.enumerated().map { distance, weight in
      let x = Double(distance)
      return switch order {
      case 1: Float(weight / sum * x / s2)
      case 2: Float(weight / sum * (x * x / s4 - 1 / s2))
      default: Float(weight / sum)
      }
    }
    return LineKernel(weights, isOdd: order == 1)
  }
}

extension [Float] {
  /// The plane filtered along columns, then along rows. Sums run from the centre outwards in `Float`. O(pixels · (reach down + reach across)).
  ///
  /// A band holds its rows after the first step, so that no second picture is needed.
  func filtered(
    _ size: Size, down: LineKernel, across: LineKernel, beyond padding: Padding<Float> = .symmetric,
    polling cancellation: Cancellation = .never
  ) throws -> [Float] {
    let width = size.width
    let (reach, margin) = (down.radius, across.radius)
    let columnSources = padding.sources(margin: margin, count: width)
    let constant = padding.constant ?? 0
    // What the first step makes of the columns outside.
    let sides = constant * (down.weights[0] + down.weights.dropFirst().reduce(0) { $0 + (down.isOdd ? 0 : 2 * $1) })
    let outside = [Float](repeating: constant, count: padding.constant == nil ? 0 : width)
    return try withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      return try outside.withUnsafeBufferPointer { outside in
        nonisolated(unsafe) let outside = outside
        return try Parallel.filled(rows: size.height, of: width, grain: Swift.max(reach, 32_768 / width), polling: cancellation) {
          rows, output in
          try withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * (width + 2 * margin)) { memory in
            guard let buffer = memory.baseAddress, let source = source.baseAddress, let output = output.baseAddress else { return }
            let stride = width + 2 * margin
            let lines = (rows.lowerBound - reach..<rows.upperBound + reach).map { row -> UnsafePointer<Float>? in
              padding.source(of: row, count: size.height).map { source + $0 * width } ?? outside.baseAddress
            }
            // Strips that fit the cache with all the rows that they need.
            for start in Swift.stride(from: 0, to: width, by: 512) {
              try cancellation.check()
              let count = Swift.min(512, width - start)
              let shifted = lines.map { $0.map { $0 + start } }
              shifted.withUnsafeBufferPointer { shifted in
                guard let first = shifted.baseAddress else { return }
                for row in 0..<rows.count {
                  PixelKernels.convolveRows(first + row, down, into: buffer + row * stride + margin + start, count: count)
                }
              }
            }
            for row in 0..<rows.count {
              let line = buffer + row * stride
              for column in 0..<margin {
                line[column] = columnSources[column].map { line[margin + $0] } ?? sides
                line[margin + width + column] = columnSources[margin + width + column].map { line[margin + $0] } ?? sides
              }
              PixelKernels.convolveLine(line + margin, across, into: output + row * width, count: width)
            }
          }
        }
      }
    }
  }
}
