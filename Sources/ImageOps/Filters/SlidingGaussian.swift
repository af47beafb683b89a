import Basics

extension [Float] {
  /// Radius from which sliding sums take less time than the kernel itself.
  static let leastSlidingRadius = 32

  /// The plane smoothed down its columns by a kernel that is a sum of cosines, mirrored at the border. O(pixels) at any radius.
  /// - Precondition: at least 8 columns, and no NaN or infinity, which would run down the columns.
  func slidDown(_ size: Size, by series: CosineSeries) throws -> [Float] {
    let cancellation = Cancellation.current
    let (width, height, reach) = (size.width, size.height, series.radius + 1)
    let strips = Swift.max(1, width / 64)
    return try [Float](unsafeUninitializedCapacity: size.count) { target, count in
      LargePages.prefer(target.baseAddress, bytes: target.count * MemoryLayout<Float>.stride)
      try withUnsafeBufferPointer { source in
        guard let source = source.baseAddress, let base = target.baseAddress else { return }
        nonisolated(unsafe) let target = base
        nonisolated(unsafe) let rows = (-reach..<height + reach).map { row -> UnsafePointer<Float>? in
          Padding<Float>.symmetric.source(of: row, count: height).map { source + $0 * width }
        }
        try Parallel.forEachBand(of: strips, grain: 1) { band in
          let start = band.lowerBound * 64
          let columns = band.lowerBound == strips - 1 ? width - start : 64
          try withUnsafeTemporaryAllocation(of: Double.self, capacity: PixelKernels.slidingScratch(count: columns)) { scratch in
            guard let scratch = scratch.baseAddress else { return }
            // Rows that are polled for begin again, so that a tall image can be stopped.
            for first in stride(from: 0, to: height, by: 16_384) {
              try cancellation.check()
              let shifted = rows[first..<Swift.min(first + 16_384, height) + 2 * reach].map { $0.map { $0 + start } }
              PixelKernels.slideCosines(
                shifted, length: Swift.min(16_384, height - first), series, scratch: scratch, into: target + first * width + start,
                outputStride: width, count: columns)
            }
          }
        }
      }
      count = size.count
    }
  }

  /// The same along its rows, in place, eight rows at a time.
  mutating func slideAlong(_ size: Size, by series: CosineSeries) throws {
    let cancellation = Cancellation.current
    let (width, height, reach) = (size.width, size.height, series.radius + 1)
    let sources = Padding<Float>.symmetric.sources(margin: reach, count: width).map { $0 ?? 0 }
    try withUnsafeMutableBufferPointer { plane in
      guard let plane = plane.baseAddress else { return }
      nonisolated(unsafe) let pixels = plane
      try Parallel.forEachBand(of: height, grain: 8) { band in
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: 16 * width) { memory in
          try withUnsafeTemporaryAllocation(of: Double.self, capacity: PixelKernels.slidingScratch(count: 8)) { scratch in
            guard let turned = memory.baseAddress, let scratch = scratch.baseAddress else { return }
            let smoothed = turned + 8 * width
            let rows = (0..<8).map { UnsafeMutablePointer<Float>?(pixels + Swift.min(band.lowerBound + $0, band.upperBound - 1) * width) }
            PixelKernels.toColumns(rows.map { $0.map { UnsafePointer($0) } }, into: turned, count: width)
            try cancellation.check()
            PixelKernels.slideCosines(
              sources.map { UnsafePointer(turned + 8 * $0) }, length: width, series, scratch: scratch, into: smoothed, outputStride: 8,
              count: 8)
            PixelKernels.fromColumns(smoothed, into: rows, rowCount: band.count, count: width)
          }
        }
      }
    }
  }

  /// Whether no pixel is NaN or infinite.
  func areFinite() throws -> Bool {
    let cancellation = Cancellation.current
    return try withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return true }
      for start in stride(from: 0, to: count, by: 1 << 20) {
        try cancellation.check()
        if !PixelKernels.areFinite(base + start, count: Swift.min(1 << 20, count - start)) { return false }
      }
      return true
    }
  }
}
