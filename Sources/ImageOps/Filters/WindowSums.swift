/// Sums over the square window around each pixel of a row.
struct WindowSums {
  /// Pixels in a window, as a number to divide by.
  let count: Double
  /// The sum of intensities for each column.
  let sums: UnsafePointer<Double>
  /// The sum of squared intensities for each column.
  let squares: UnsafePointer<Double>

  func mean(_ column: Int) -> Double { sums[column] / count }

  /// Population variance, 0 or more.
  func variance(_ column: Int) -> Double {
    let mean = sums[column] / count
    return max(0, squares[column] / count - mean * mean)
  }
}

extension GrayImage {
  /// Computes a plane from the sums over windows of (2 radius + 1)² pixels: O(1) a pixel at any radius, and exact for whole numbers.
  ///
  /// `needsSquares` false leaves the sums of squares out; `length` is how many elements a row of the result has, by default one a pixel. Sums are kept a column and moved down and along by what enters and leaves, in `Double`; each band begins anew, so that rounding does not travel.
  func mapWindows<Out: BitwiseCopyable & Sendable>(
    radius: Int, beyond padding: Padding<Float> = .symmetric, squares needsSquares: Bool, of length: Int? = nil,
    polling cancellation: Cancellation,
    _ body: @Sendable (_ row: Int, WindowSums, _ pixels: UnsafePointer<Float>, _ line: UnsafeMutablePointer<Out>) throws -> Void
  ) throws -> [Out] {
    let length = length ?? size.width
    let (width, side) = (size.width, 2 * radius + 1)
    let (height, constant) = (size.height, padding.constant.map(Double.init) ?? 0)
    let columns = padding.sources(margin: radius + 1, count: width)
    return try pixels.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      let grain = max(side, 32_768 / width)
      return try Parallel.filled(rows: height, of: length, grain: grain, polling: cancellation) { rows, output in
        guard let pixels = source.baseAddress, let output = output.baseAddress else { return }
        try withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * width) { memory in
          guard let base = memory.baseAddress else { return }
          base.initialize(repeating: 0, count: 4 * width)
          let (sums, squares, rowSums, rowSquares) = (base, base + width, base + 2 * width, base + 3 * width)
          func add(_ row: Int, _ sign: Double) {
            guard let place = padding.source(of: row, count: height) else {
              for column in 0..<width { sums[column] += sign * constant }
              if needsSquares { for column in 0..<width { squares[column] += sign * constant * constant } }
              return
            }
            let line = pixels + place * width
            if needsSquares {
              for column in 0..<width {
                let value = Double(line[column])
                sums[column] += sign * value
                squares[column] += sign * value * value
              }
            } else {
              for column in 0..<width { sums[column] += sign * Double(line[column]) }
            }
          }
          for row in rows.lowerBound - radius..<rows.lowerBound + radius { add(row, 1) }
          for row in rows {
            try cancellation.check()
            add(row + radius, 1)
            slide(sums, into: rowSums, columns: columns, radius: radius, width: width, constant: constant * Double(side))
            if needsSquares {
              slide(squares, into: rowSquares, columns: columns, radius: radius, width: width, constant: constant * constant * Double(side))
            }
            try body(
              row, WindowSums(count: Double(side * side), sums: rowSums, squares: rowSquares), pixels + row * width,
              output + (row - rows.lowerBound) * length)
            add(row - radius, -1)
          }
        }
      }
    }
  }

  /// The local mean, and what else comes of the sums over windows, as a picture.
  func mappingWindows(
    radius: Int, beyond padding: Padding<Float> = .symmetric, variances: Bool = true, range: ClosedRange<Float>? = nil,
    polling cancellation: Cancellation,
    _ body: @Sendable (_ pixel: Float, _ mean: Double, _ variance: Double) -> Float
  ) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try mapWindows(radius: radius, beyond: padding, squares: variances, polling: cancellation) {
      _, window, pixels, line in
      for column in 0..<width {
        line[column] = body(pixels[column], window.mean(column), variances ? window.variance(column) : 0)
      }
    }
    return with(pixels: result, range: range)
  }
}

/// Sums along a row from sums along its columns. `columns` says where each column from -radius - 1 on comes from.
@inline(__always) private func slide(
  _ sums: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, columns: [Int?], radius: Int, width: Int, constant: Double
) {
  func value(_ column: Int) -> Double {
    if column >= 0, column < width { return sums[column] }
    return columns[column + radius + 1].map { sums[$0] } ?? constant
  }
  var sum = 0.0
  for column in -radius..<radius { sum += value(column) }
  // In the middle no window meets the border.
  let (left, right) = (min(radius, width), max(min(radius, width), width - radius))
  for column in 0..<left {
    sum += value(column + radius)
    output[column] = sum
    sum -= value(column - radius)
  }
  if left < right {
    sum += sums[left + radius]
    output[left] = sum
    // What enters less what leaves does not wait for the sum before it.
    for column in left + 1..<max(right, left + 1) {
      sum += sums[column + radius] - sums[column - 1 - radius]
      output[column] = sum
    }
    sum -= sums[right - 1 - radius]
  }
  for column in right..<width {
    sum += value(column + radius)
    output[column] = sum
    sum -= value(column - radius)
  }
}

extension PictureError {
  /// - Throws: ``invalidParameter(name:value:allowed:)`` unless the value is in the range.
  static func require(_ name: String, _ value: Double, in range: ClosedRange<Double>, unit: String = "") throws {
    guard range.contains(value) else {
      throw PictureError.invalidParameter(
        name: name, value: value, allowed: "\(text(range.lowerBound)) to \(text(range.upperBound))\(unit)")
    }
  }

  /// - Throws: ``invalidParameter(name:value:allowed:)`` unless the value is finite and above 0.
  static func requirePositive(_ name: String, _ value: Double) throws {
    guard value.isFinite, value > 0 else { throw PictureError.invalidParameter(name: name, value: value, allowed: "a number above 0") }
  }

  private static func text(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
