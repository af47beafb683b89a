import Basics

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
  /// `needsSquares` false leaves the sums of squares out; `length` is how many elements a row of the result has, by default one per pixel. Sums are kept a column and moved down and along by what enters and leaves, in `Double`; each band begins again, so that rounding does not travel.
  func mapWindows<Out: BitwiseCopyable & Sendable>(
    radius: Int, beyond padding: Padding<Float> = .symmetric, squares needsSquares: Bool, of length: Int? = nil,
    _ body: @Sendable (_ row: Int, WindowSums, _ pixels: UnsafePointer<Float>, _ line: UnsafeMutablePointer<Out>) throws -> Void
  ) throws -> [Out] {
    let cancellation = Cancellation.current
    let length = length ?? size.width
    let whole: [Out]? = try mapWholeWindows(
      radius: radius, beyond: padding, squares: needsSquares, of: length
    ) { [width = size.width] row, sums, squares, pixels, line in
      try withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { memory in
        guard let rowSums = memory.baseAddress else { return }
        PixelKernels.toDoubles(sums, into: rowSums, count: width)
        if needsSquares { PixelKernels.toDoubles(squares, into: rowSums + width, count: width) }
        let window = Double((2 * radius + 1) * (2 * radius + 1))
        try body(row, WindowSums(count: window, sums: rowSums, squares: rowSums + width), pixels, line)
      }
    }
    if let whole { return whole }
    let (width, side) = (size.width, 2 * radius + 1)
    let (height, constant) = (size.height, padding.constant.map(Double.init) ?? 0)
    let columns = padding.sources(margin: radius + 1, count: width)
    return try pixels.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      let grain = max(side, 32_768 / width)
      return try Parallel.filled(rows: height, of: length, grain: grain) { rows, output in
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

  /// The same from whole numbers, whose sums are whole numbers too and quicker to move along; nil where pixels are none or sums may not fit 32 bits.
  ///
  /// `body` gets the sums and, where they are asked for, the sums of squares.
  func mapWholeWindows<Out: BitwiseCopyable & Sendable>(
    radius: Int, beyond padding: Padding<Float>, squares needsSquares: Bool, of length: Int,
    _ body:
      @Sendable (
        _ row: Int, _ sums: UnsafePointer<Int32>, _ squares: UnsafePointer<Int32>, _ pixels: UnsafePointer<Float>,
        _ line: UnsafeMutablePointer<Out>
      ) throws -> Void
  ) throws -> [Out]? {
    let cancellation = Cancellation.current
    guard let whole = try WholeRows(of: self, radius: radius, squares: needsSquares, beyond: padding) else {
      return nil
    }
    let (width, height, side) = (size.width, size.height, 2 * radius + 1)
    let columns = padding.sources(margin: radius, count: width).map { $0 ?? 0 }
    let wide = width + 2 * radius + 1
    return try pixels.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      return try Parallel.filled(rows: height, of: length, grain: max(side, 32_768 / width)) { rows, output in
        guard let pixels = source.baseAddress, let output = output.baseAddress else { return }
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * (wide + width)) { memory in
          guard let sums = memory.baseAddress else { return }
          sums.initialize(repeating: 0, count: 2 * wide)
          let rowSums = sums + 2 * wide
          let rowSquares = rowSums + width
          let kinds = needsSquares ? [false, true] : [false]
          func place(_ row: Int) -> Int? { padding.source(of: row, count: height) }
          for row in rows.lowerBound - radius..<rows.lowerBound + radius {
            for squared in kinds { whole.move(sums + (squared ? wide : 0) + radius, squared: squared, entering: place(row), leaving: nil) }
          }
          for row in rows {
            try cancellation.check()
            for squared in kinds {
              let line = sums + (squared ? wide : 0)
              whole.move(
                line + radius, squared: squared, entering: place(row + radius),
                leaving: row == rows.lowerBound ? nil : place(row - 1 - radius))
              for column in 0..<radius {
                line[column] = line[radius + columns[column]]
                line[radius + width + column] = line[radius + columns[radius + width + column]]
              }
              PixelKernels.slideSums(line, side: side, into: squared ? rowSquares : rowSums, count: width)
            }
            try body(row, rowSums, rowSquares, pixels + row * width, output + (row - rows.lowerBound) * length)
          }
        }
      }
    }
  }

  /// The local mean, and what else comes of the sums over windows, as an image.
  func mappingWindows(
    radius: Int, beyond padding: Padding<Float> = .symmetric, variances: Bool = true, range: ClosedRange<Float>? = nil,
    _ body: @Sendable (_ pixel: Float, _ mean: Double, _ variance: Double) -> Float
  ) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try mapWindows(radius: radius, beyond: padding, squares: variances) {
      _, window, pixels, line in
      for column in 0..<width {
        line[column] = body(pixels[column], window.mean(column), variances ? window.variance(column) : 0)
      }
    }
    return with(pixels: result, range: range)
  }
}

/// An image's whole numbers, where sums over windows of them fit 32 bits.
private struct WholeRows: Sendable {
  private enum Numbers: Sendable {
    /// With a row of zeros, for what does not enter or leave.
    case bytes([UInt8], nothing: [UInt8])
    case words([UInt16], nothing: [UInt16])
  }
  private let numbers: Numbers
  private let width: Int

  /// Nil where a pixel is not a whole number of 0...65535, or where the sums may not fit.
  init?(of image: GrayImage, radius: Int, squares: Bool, beyond padding: Padding<Float>) throws {
    if padding.constant != nil { return nil }
    let window = (2 * radius + 1) * (2 * radius + 1)
    func fits(_ greatest: Int) -> Bool { window * (squares ? greatest * greatest : greatest) <= Int(Int32.max) }
    if fits(255), let bytes = try image.packed(as: UInt8.self) {
      numbers = .bytes(bytes, nothing: [UInt8](repeating: 0, count: image.size.width))
    } else if fits(65_535), let words = try image.packed(as: UInt16.self) {
      numbers = .words(words, nothing: [UInt16](repeating: 0, count: image.size.width))
    } else {
      return nil
    }
    width = image.size.width
  }

  /// Adds a row to sums along columns and takes one away.
  func move(_ sums: UnsafeMutablePointer<Int32>, squared: Bool, entering: Int?, leaving: Int?) {
    switch numbers {
    case .bytes(let bytes, let nothing):
      withRows(bytes, nothing, entering, leaving) { PixelKernels.moveSums(entering: $0, leaving: $1, squared: squared, sums, count: width) }
    case .words(let words, let nothing):
      withRows(words, nothing, entering, leaving) { PixelKernels.moveSums(entering: $0, leaving: $1, squared: squared, sums, count: width) }
    }
  }

  private func withRows<Element>(
    _ pixels: [Element], _ nothing: [Element], _ one: Int?, _ other: Int?, _ body: (UnsafePointer<Element>, UnsafePointer<Element>) -> Void
  ) {
    pixels.withUnsafeBufferPointer { pixels in
      nothing.withUnsafeBufferPointer { nothing in
        guard let base = pixels.baseAddress, let zeros = nothing.baseAddress else { return }
        body(one.map { base + $0 * width } ?? zeros, other.map { base + $0 * width } ?? zeros)
      }
    }
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

extension ImageError {
  /// - Throws: ``invalidParameter(name:value:allowed:)`` unless the value is in the range.
  static func require(_ name: String, _ value: Double, in range: ClosedRange<Double>, unit: String = "") throws {
    guard range.contains(value) else {
      throw ImageError.invalidParameter(
        name: name, value: value, allowed: "\(NumberFormat.plain(range.lowerBound)) to \(NumberFormat.plain(range.upperBound))\(unit)")
    }
  }

  /// - Throws: ``invalidParameter(name:value:allowed:)`` unless the value is finite and above 0.
  static func requirePositive(_ name: String, _ value: Double) throws {
    guard value.isFinite, value > 0 else { throw ImageError.invalidParameter(name: name, value: value, allowed: "a positive number") }
  }
}
