import Basics
internal import Platform

/// One line of a separable filter, correlated with the image: the weight of the center, then of each distance; on the far side the same
/// weights, or their negatives where the kernel is odd.
struct LineKernel: Sendable {
  let weights: [Float]
  let isOdd: Bool

  /// - Precondition: at least the center's weight.
  init(_ weights: [Float], isOdd: Bool = false) {
    precondition(!weights.isEmpty, "a kernel has a center")
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
  private static let stripWidth = 128

  /// The plane filtered along columns, then along rows. Sums run from the center outward in `Float`. O(pixels · (reach down + reach across)).
  ///
  /// A band holds its rows after the first step, so that no second image is needed.
  func filtered(_ size: Size, down: LineKernel, across: LineKernel, beyond padding: Padding<Float> = .symmetric) throws -> [Float] {
    let cancellation = Cancellation.current
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
        let grain = Swift.max(2 * reach, Swift.min(64, 131_072 / width))
        return try Parallel.filled(rows: size.height, of: width, grain: grain) { rows, output in
          let (stride, high) = (width + 2 * margin, rows.count + 2 * reach)
          // Strips that fit the cache with all the rows that they need; their rows lie closer than the image's, whose distance may be one that a cache
          // holds only few of.
          let strip = Swift.min(width, Self.stripWidth)
          try withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * stride + high * (strip + 16)) { memory in
            guard let buffer = memory.baseAddress, let source = source.baseAddress, let output = output.baseAddress else { return }
            let compact = buffer + rows.count * stride
            let lines = (0..<high).map { row in
              padding.source(of: rows.lowerBound - reach + row, count: size.height).map { source + $0 * width } ?? outside.baseAddress
            }
            let near = (0..<high).map { UnsafePointer<Float>?(compact + $0 * (strip + 16)) }
            for start in Swift.stride(from: 0, to: width, by: strip) {
              try cancellation.check()
              let count = Swift.min(strip, width - start)
              guard reach > 0 else {
                for row in 0..<rows.count {
                  if let line = lines[row] {
                    PixelKernels.convolveRows([line + start], down, into: buffer + row * stride + margin + start, count: count)
                  }
                }
                continue
              }
              for (row, line) in lines.enumerated() {
                if let line { (compact + row * (strip + 16)).update(from: line + start, count: count) }
              }
              near.withUnsafeBufferPointer { near in
                guard let first = near.baseAddress else { return }
                for row in Swift.stride(from: 0, to: rows.count, by: 2) {
                  let output = buffer + row * stride + margin + start
                  if row + 1 < rows.count {
                    PixelKernels.convolveRowPair(first + row, down, into: output, and: output + stride, count: count)
                  } else {
                    PixelKernels.convolveRows(first + row, down, into: output, count: count)
                  }
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
