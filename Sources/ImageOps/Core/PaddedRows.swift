import Basics

/// The rows that a band of an image is computed from: its own, and beyond them as many rows and columns as the neighborhood reaches, with what
/// lies outside the image filled in.
struct PaddedRows<Element: BitwiseCopyable & Sendable> {
  /// The first row's pixel in column 0; columns before and after are readable as far as the neighborhood reaches.
  fileprivate let origin: UnsafePointer<Element>
  fileprivate let firstRow: Int
  /// Elements from one row to the next.
  let stride: Int

  /// The pixel in column 0 of a row of the band, or of one that the neighborhood reaches beyond it.
  func row(_ row: Int) -> UnsafePointer<Element> { origin + (row - firstRow) * stride }
}

extension Parallel {
  /// How far a neighborhood reaches from its pixel, in rows and in columns.
  struct Reach {
    let rows: Int
    let columns: Int
    init(_ both: Int) { (rows, columns) = (both, both) }
    init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }
  }

  /// Computes an image from the neighborhood of each pixel, band by band on several threads: the one way to walk rows.
  ///
  /// `body` gets the rows of its band, the image around them, and the memory of the band's first output row (rows follow one another, `size.width`
  /// elements each, uninitialized); it writes every element. Rows may be read up to 32 elements beyond the reach. Bands are at least as high as the
  /// neighborhood reaches and `grain` rows, so that no more than half of what is copied is margin. `length` is how many elements a row of the result has
  /// where that is not one per pixel.
  static func mapBands<In: BitwiseCopyable & Sendable, Out: BitwiseCopyable & Sendable>(
    of pixels: [In], _ size: Size, reach: Reach, beyond padding: Padding<In>, filler: In,
    grain leastRows: Int = 1, length: Int? = nil,
    _ body: @Sendable (Range<Int>, PaddedRows<In>, UnsafeMutablePointer<Out>) throws -> Void
  ) throws -> [Out] {
    let width = size.width
    let length = length ?? width
    // Readable beyond the end, so that kernels need no special case for the last pixels.
    let stride = width + 2 * reach.columns + 32
    let left = (-reach.columns..<0).map { padding.source(of: $0, count: width) }
    let right = (width..<width + reach.columns).map { padding.source(of: $0, count: width) }
    let constant = padding.constant ?? filler
    let grain = max(2 * reach.rows, 32_768 / width, leastRows)
    try MemoryBudget.require(size.height * length * MemoryLayout<Out>.stride, for: "\(size) pixels")
    return try [Out](unsafeUninitializedCapacity: size.height * length) { output, count in
      LargePages.prefer(output.baseAddress, bytes: output.count * MemoryLayout<Out>.stride)
      guard let output = output.baseAddress else { return }
      nonisolated(unsafe) let target = output
      try pixels.withUnsafeBufferPointer { pixels in
        guard let pixels = pixels.baseAddress else { return }
        nonisolated(unsafe) let source = pixels
        try forEachBand(of: size.height, grain: grain) { band in
          let rows = band.lowerBound - reach.rows..<band.upperBound + reach.rows
          try withUnsafeTemporaryAllocation(of: In.self, capacity: rows.count * stride) { memory in
            guard let memory = memory.baseAddress else { return }
            for (index, row) in rows.enumerated() {
              let line = memory + index * stride
              guard let place = padding.source(of: row, count: size.height) else {
                line.initialize(repeating: constant, count: stride)
                continue
              }
              let from = source + place * width
              for (column, place) in left.enumerated() { (line + column).initialize(to: place.map { from[$0] } ?? constant) }
              let middle = line + reach.columns
              middle.initialize(from: from, count: width)
              for (column, place) in right.enumerated() { (middle + width + column).initialize(to: place.map { from[$0] } ?? constant) }
              (middle + width + reach.columns).initialize(repeating: filler, count: 32)
            }
            let padded = PaddedRows(origin: UnsafePointer(memory) + reach.columns, firstRow: rows.lowerBound, stride: stride)
            try body(band, padded, target + band.lowerBound * length)
          }
        }
      }
      count = size.height * length
    }
  }

  /// As ``mapBands(of:_:reach:beyond:filler:_:)``, one row at a time, with the cancellation polled before each.
  static func mapRows<In: BitwiseCopyable & Sendable, Out: BitwiseCopyable & Sendable>(
    of pixels: [In], _ size: Size, reach: Reach, beyond padding: Padding<In>, filler: In,
    _ body: @Sendable (_ row: Int, PaddedRows<In>, _ line: UnsafeMutablePointer<Out>) throws -> Void
  ) throws -> [Out] {
    let cancellation = Cancellation.current
    return try mapBands(of: pixels, size, reach: reach, beyond: padding, filler: filler) { band, rows, output in
      for row in band {
        try cancellation.check()
        try body(row, rows, output + (row - band.lowerBound) * size.width)
      }
    }
  }
}

extension GrayImage {
  /// The image whose rows `body` computes from the rows around; see ``Parallel/mapRows(of:_:reach:beyond:filler:_:)``.
  func mapRows(
    reach: Parallel.Reach, beyond padding: Padding<Float> = .symmetric, range: ClosedRange<Float>? = nil,
    _ body: @Sendable (_ row: Int, PaddedRows<Float>, _ line: UnsafeMutablePointer<Float>) throws -> Void
  ) throws -> GrayImage {
    with(pixels: try Parallel.mapRows(of: pixels, size, reach: reach, beyond: padding, filler: 0, body), range: range)
  }

  /// The image with every pixel changed alone, bands of rows on several threads.
  func mapPixels(range: ClosedRange<Float>? = nil, _ transform: @Sendable (Float) -> Float) throws -> GrayImage {
    let width = size.width
    let result: [Float] = try pixels.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      return try Parallel.filled(rows: size.height, of: width) { rows, output in
        let base = rows.lowerBound * width
        for index in 0..<rows.count * width { output[index] = transform(source[base + index]) }
      }
    }
    return with(pixels: result, range: range)
  }
}
