internal import CPixels

/// The inner loops that run on the processor's full width, one call a row: Swift's vectors are bound to the instructions of the build, those of
/// `CPixels` to the processor. Pointers are borrowed for the call. See `CPixels.h` for what each computes.
enum PixelKernels {
  static func convolveRows(
    _ rows: UnsafePointer<UnsafePointer<Float>?>, _ kernel: LineKernel, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    px_convolve_rows(rows, kernel.radius, kernel.weights, kernel.isOdd ? 1 : 0, output, count)
  }

  static func convolveLine(_ line: UnsafePointer<Float>, _ kernel: LineKernel, into output: UnsafeMutablePointer<Float>, count: Int) {
    px_convolve_line(line, kernel.radius, kernel.weights, kernel.isOdd ? 1 : 0, output, count)
  }

  static func rank(
    _ rank: Int, of first: UnsafePointer<UInt8>, stride: Int, side: Int, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) { px_rank_bytes(first, stride, side, rank, output, count) }

  static func rank(
    _ rank: Int, of first: UnsafePointer<UInt16>, stride: Int, side: Int, into output: UnsafeMutablePointer<UInt16>, count: Int
  ) { px_rank_shorts(first, stride, side, rank, output, count) }

  static func rank(
    _ rank: Int, of first: UnsafePointer<Float>, stride: Int, side: Int, into output: UnsafeMutablePointer<Float>, count: Int
  ) { px_rank_floats(first, stride, side, rank, output, count) }

  /// Counts that ``slidingRank(_:of:stride:side:rows:columns:scratch:into:outputStride:)`` wants as scratch memory.
  static func slidingRankScratch(columns: Int, side: Int) -> Int { (columns + side) * 272 + 272 }

  static func slidingRank(
    _ rank: Int, of first: UnsafePointer<UInt8>, stride: Int, side: Int, rows: Int, columns: Int, scratch: UnsafeMutablePointer<UInt16>,
    into output: UnsafeMutablePointer<UInt8>, outputStride: Int
  ) { px_rank_bytes_sliding(first, stride, side, rank, rows, columns, scratch, output, outputStride) }

  static func bilateral(
    _ row: UnsafePointer<Float>, offsets: [Int], spatial: [Float], scale: Float, into output: UnsafeMutablePointer<Float>, count: Int
  ) { px_bilateral(row, offsets, spatial, min(offsets.count, spatial.count), scale, output, count) }

  static func addWeighted(
    distance: UnsafePointer<Float>, other: UnsafePointer<Float>, floor: Float, scale: Float, cutoff: Float,
    weight: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>, count: Int
  ) { px_add_weighted(distance, other, floor, scale, cutoff, weight, sum, count) }

  static func squaredDifferences(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
  ) { px_squared_differences(a, b, output, count) }

  static func add(_ a: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int) { px_add(a, sum, count) }

  static func boxLine(_ line: UnsafePointer<Float>, side: Int, into output: UnsafeMutablePointer<Float>, count: Int) {
    px_box_line(line, side, output, count)
  }

  static func gradientMagnitude(
    above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>, edge: Float, middle: Float,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) { px_gradient_magnitude(above, here, below, edge, middle, output, count) }

  static func minimum(of a: UnsafePointer<Float>, plus offset: Float, into output: UnsafeMutablePointer<Float>, count: Int) {
    px_minimum_plus(a, offset, output, count)
  }

  /// Adds how often each byte occurs; false, with nothing added, where a number is none.
  static func countBytes(_ a: UnsafePointer<Float>, count: Int, into counts: UnsafeMutablePointer<UInt32>) -> Bool {
    px_count_bytes(a, count, counts) != 0
  }

  static func isAbove(_ a: UnsafePointer<Float>, _ limit: Float, into words: UnsafeMutablePointer<UInt64>, count: Int) {
    px_above(a, limit, words, count)
  }

  static func isAbove(_ a: UnsafePointer<Float>, _ limits: UnsafePointer<Float>, into words: UnsafeMutablePointer<UInt64>, count: Int) {
    px_above_each(a, limits, words, count)
  }

  static func sample(
    _ pixels: UnsafePointer<Float>, width: Int, from place: (row: Double, column: Double), step: (down: Double, across: Double),
    columns: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) { px_sample_line(pixels, width, place.row, place.column, step.down, step.across, columns.lowerBound, output, columns.count) }

  static func lookUp(
    _ a: UnsafePointer<Float>, from start: Float, in table: [Float], into output: UnsafeMutablePointer<Float>, count: Int
  ) { px_look_up(a, start, table, table.count, output, count) }
}
