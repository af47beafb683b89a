import Basics
internal import CPixels

/// The inner loops that run on the processor's full width, one call a row: Swift's vectors are bound to the instructions of the build, those of
/// `CPixels` to the processor (``InstructionSet/current``). Pointers are borrowed for the call. See `CPixels.h` for what each computes.
enum PixelKernels {
  private static var loops: px_loops { px_loops_for(InstructionSet.current.rawValue).pointee }

  static func convolveRows(
    _ rows: UnsafePointer<UnsafePointer<Float>?>, _ kernel: LineKernel, into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    loops.convolve_rows(rows, kernel.radius, kernel.weights, kernel.isOdd ? 1 : 0, output, count)
  }

  /// Two rows that follow each other; `rows` begins with the first that the first of them reaches.
  static func convolveRowPair(
    _ rows: UnsafePointer<UnsafePointer<Float>?>, _ kernel: LineKernel, into output: UnsafeMutablePointer<Float>,
    and second: UnsafeMutablePointer<Float>, count: Int
  ) {
    loops.convolve_row_pair(rows, kernel.radius, kernel.weights, kernel.isOdd ? 1 : 0, output, second, count)
  }

  static func convolveLine(_ line: UnsafePointer<Float>, _ kernel: LineKernel, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.convolve_line(line, kernel.radius, kernel.weights, kernel.isOdd ? 1 : 0, output, count)
  }

  static func rank(
    _ rank: Int, of first: UnsafePointer<UInt8>, stride: Int, side: Int, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) { loops.rank_bytes(first, stride, side, rank, output, count) }

  static func rank(
    _ rank: Int, of first: UnsafePointer<UInt16>, stride: Int, side: Int, into output: UnsafeMutablePointer<UInt16>, count: Int
  ) { loops.rank_shorts(first, stride, side, rank, output, count) }

  static func rank(
    _ rank: Int, of first: UnsafePointer<Float>, stride: Int, side: Int, into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.rank_floats(first, stride, side, rank, output, count) }

  /// Counts that ``slidingRank(_:of:stride:side:rows:columns:scratch:into:outputStride:)`` wants as scratch memory.
  static func slidingRankScratch(columns: Int, side: Int) -> Int { (columns + side) * 272 + 272 }

  static func slidingRank(
    _ rank: Int, of first: UnsafePointer<UInt8>, stride: Int, side: Int, rows: Int, columns: Int, scratch: UnsafeMutablePointer<UInt16>,
    into output: UnsafeMutablePointer<UInt8>, outputStride: Int
  ) { loops.rank_bytes_sliding(first, stride, side, rank, rows, columns, scratch, output, outputStride) }

  /// Adds to the weights and sums of both ends of each pair; all three pointers stand at the same pixel of planes laid out alike.
  static func weighPairs(
    _ row: UnsafePointer<Float>, offsets: [Int], spatial: [Float], scale: Float, weights: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Float>, count: Int
  ) { loops.bilateral_pairs(row, weights, sums, offsets, spatial, min(offsets.count, spatial.count), scale, count) }

  /// The weights' digits to the base 128, a table of 256 for each of the three.
  static func digits(of weights: [UInt32]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: weights.count * 3) { digits, count in
      px_bilateral_digits(weights, digits.baseAddress, weights.count / 256)
      count = weights.count / 256 * 768
    }
  }

  static func weigh(
    _ row: UnsafePointer<UInt8>, offsets: [Int], weights: [UInt32], digits: [UInt8]?, greatest: Int,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) {
    if let digits {
      loops.bilateral_bytes(row, offsets, weights, digits, offsets.count / 4, Int32(greatest), output, count)
    } else {
      loops.bilateral_bytes(row, offsets, weights, nil, offsets.count / 4, Int32(greatest), output, count)
    }
  }

  static func weightedMean(
    _ row: UnsafePointer<Float>, weights: UnsafePointer<Float>, sums: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    count: Int
  ) { loops.weighted_mean(row, weights, sums, output, count) }

  static func areFinite(_ a: UnsafePointer<Float>, count: Int) -> Bool { loops.are_finite(a, count) != 0 }

  /// How many numbers ``slideCosines(_:length:_:scratch:into:outputStride:count:)`` wants as scratch memory.
  static func slidingScratch(count: Int) -> Int { (count + 7) / 8 * (1 + 2 * CosineSeries.terms) * 8 }

  /// Filters lines side by side by a kernel that is a sum of cosines; `lines` begins radius + 1 lines before the first that is wanted.
  static func slideCosines(
    _ lines: UnsafePointer<UnsafePointer<Float>?>, length: Int, _ series: CosineSeries, scratch: UnsafeMutablePointer<Double>,
    into output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int
  ) {
    loops.slide_cosines(lines, length, series.radius, series.mean, series.steps, series.weights, scratch, output, outputStride, count)
  }

  static func toColumns(_ rows: UnsafePointer<UnsafePointer<Float>?>, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.to_columns(rows, output, count)
  }

  static func fromColumns(
    _ columns: UnsafePointer<Float>, into rows: UnsafePointer<UnsafeMutablePointer<Float>?>, rowCount: Int, count: Int
  ) { loops.from_columns(columns, rows, rowCount, count) }

  static func addWeighted(
    distance: UnsafePointer<Float>, other: UnsafePointer<Float>, floor: Float, scale: Float, cutoff: Float,
    weight: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>, count: Int
  ) { loops.add_weighted(distance, other, floor, scale, cutoff, weight, sum, count) }

  static func squaredDifferences(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.squared_differences(a, b, output, count) }

  static func add(_ a: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, count: Int) { loops.add(a, sum, count) }

  static func boxLine(_ line: UnsafePointer<Float>, side: Int, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.box_line(line, side, output, count)
  }

  static func gradientMagnitude(
    above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>, edge: Float, middle: Float,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.gradient_magnitude(above, here, below, edge, middle, output, count) }

  static func minimum(of a: UnsafePointer<Float>, plus offset: Float, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.minimum_plus(a, offset, output, count)
  }

  /// Adds how often each byte occurs; false, with nothing added, where a number is none.
  static func countBytes(
    _ a: UnsafePointer<Float>, count: Int, into counts: UnsafeMutablePointer<UInt32>, keeping bytes: UnsafeMutablePointer<UInt8>? = nil
  ) -> Bool {
    loops.count_bytes(a, count, counts, bytes) != 0
  }

  static func isAbove(_ a: UnsafePointer<Float>, _ limit: Float, into words: UnsafeMutablePointer<UInt64>, count: Int) {
    loops.above(a, limit, words, count)
  }

  static func isAbove(_ a: UnsafePointer<Float>, _ limits: UnsafePointer<Float>, into words: UnsafeMutablePointer<UInt64>, count: Int) {
    loops.above_each(a, limits, words, count)
  }

  static func sample(
    _ pixels: UnsafePointer<Float>, width: Int, from place: (row: Double, column: Double), step: (down: Double, across: Double),
    columns: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) { loops.sample_line(pixels, width, place.row, place.column, step.down, step.across, columns.lowerBound, output, columns.count) }

  /// Whether bytes are sampled faster than floats.
  static var samplesBytes: Bool { loops.sample_bytes != nil }

  /// Only where ``samplesBytes``; a step across is at most 1 to either side. `pixels` are all of the image.
  static func sample(
    _ pixels: UnsafeBufferPointer<UInt8>, width: Int, from place: (row: Double, column: Double), step: (down: Double, across: Double),
    columns: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    loops.sample_bytes?(
      pixels.baseAddress, pixels.count, width, place.row, place.column, step.down, step.across, columns.lowerBound, output, columns.count)
  }

  static func weighRows(
    _ first: UnsafePointer<Float>, stride: Int, weights: UnsafePointer<Float>, taps: Int, into output: UnsafeMutablePointer<Float>,
    count: Int
  ) { loops.weigh_rows(first, stride, weights, taps, output, count) }

  static func shrink(
    _ line: UnsafePointer<Float>, by step: Int, weights: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.shrink_line(line, step, weights, output, count) }

  static func join(_ a: UnsafePointer<UInt8>, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int) {
    loops.join_bytes(a, greatest ? 1 : 0, output, count)
  }
  static func join(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) { loops.join_pair_bytes(a, b, greatest ? 1 : 0, output, count) }
  static func join(_ a: UnsafePointer<Int16>, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int) {
    loops.join_shorts(a, greatest ? 1 : 0, output, count)
  }
  static func join(
    _ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int
  ) { loops.join_pair_shorts(a, b, greatest ? 1 : 0, output, count) }
  static func join(_ a: UnsafePointer<Float>, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.join_floats(a, greatest ? 1 : 0, output, count)
  }
  static func join(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.join_pair_floats(a, b, greatest ? 1 : 0, output, count) }

  static func widen(_ a: UnsafePointer<UInt8>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int) {
    loops.widen_bytes(a, shift, greatest ? 1 : 0, output, count)
  }
  static func widen(_ a: UnsafePointer<Int16>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int) {
    loops.widen_shorts(a, shift, greatest ? 1 : 0, output, count)
  }
  static func widen(_ a: UnsafePointer<Float>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.widen_floats(a, shift, greatest ? 1 : 0, output, count)
  }

  /// False where a number is not whole or does not fit.
  static func pack(_ a: UnsafePointer<Float>, into output: UnsafeMutablePointer<UInt8>, count: Int) -> Bool {
    loops.pack_bytes(a, output, count) != 0
  }
  static func pack(_ a: UnsafePointer<Float>, into output: UnsafeMutablePointer<UInt16>, count: Int) -> Bool {
    loops.pack_words(a, output, count) != 0
  }
  static func pack(_ a: UnsafePointer<Float>, into output: UnsafeMutablePointer<Int16>, count: Int) -> Bool {
    loops.pack_shorts(a, output, count) != 0
  }
  static func unpack(_ a: UnsafePointer<UInt8>, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.unpack_bytes(a, output, count)
  }
  static func unpack(_ a: UnsafePointer<UInt16>, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.unpack_words(a, output, count)
  }
  static func unpack(_ a: UnsafePointer<Int16>, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.unpack_shorts(a, output, count)
  }

  /// Moves sums of columns, or of their squares, down by a row.
  static func moveSums(
    entering: UnsafePointer<UInt8>, leaving: UnsafePointer<UInt8>, squared: Bool, _ sums: UnsafeMutablePointer<Int32>, count: Int
  ) {
    if squared { loops.move_squares_bytes(entering, leaving, sums, count) } else { loops.move_sums_bytes(entering, leaving, sums, count) }
  }
  static func moveSums(
    entering: UnsafePointer<UInt16>, leaving: UnsafePointer<UInt16>, squared: Bool, _ sums: UnsafeMutablePointer<Int32>, count: Int
  ) {
    if squared { loops.move_squares_words(entering, leaving, sums, count) } else { loops.move_sums_words(entering, leaving, sums, count) }
  }

  static func slideSums(_ line: UnsafePointer<Int32>, side: Int, into output: UnsafeMutablePointer<Int32>, count: Int) {
    loops.slide_sums(line, side, output, count)
  }

  static func toDoubles(_ sums: UnsafePointer<Int32>, into output: UnsafeMutablePointer<Double>, count: Int) {
    loops.to_doubles(sums, output, count)
  }

  static func isAboveMean(
    _ a: UnsafePointer<Float>, sums: UnsafePointer<Int32>, window: Int, offset: Int, into words: UnsafeMutablePointer<UInt64>, count: Int
  ) { loops.above_means(a, sums, Int32(clamping: window), Int32(clamping: offset), words, count) }

  static func meanLimits(
    _ sums: UnsafePointer<Double>, window: Double, offset: Double, into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.mean_limits(sums, window, offset, output, count) }

  /// Adds to four tables of 256 counts.
  static func countLevels(_ levels: UnsafePointer<UInt8>, count: Int, into tables: UnsafeMutablePointer<UInt32>) {
    loops.count_levels(levels, tables, count)
  }

  static func mixCurves(
    _ levels: UnsafePointer<UInt8>, cell: UnsafePointer<UInt32>, parts: UnsafePointer<Float>, part: Float,
    into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.mix_curves(levels, cell, parts, part, output, count) }

  static func edges(
    above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>, down: UnsafeMutablePointer<Float>,
    across: UnsafeMutablePointer<Float>, magnitude: UnsafeMutablePointer<Float>, count: Int
  ) { loops.edges_line(above, here, below, down, across, magnitude, count) }

  static func ridges(
    down: UnsafePointer<Float>, across: UnsafePointer<Float>, above: UnsafePointer<Float>, here: UnsafePointer<Float>,
    below: UnsafePointer<Float>, low: Float, high: Float, weak: UnsafeMutablePointer<UInt64>, strong: UnsafeMutablePointer<UInt64>,
    count: Int
  ) { loops.ridges(down, across, above, here, below, low, high, weak, strong, count) }

  /// `table` has 256 entries.
  static func lookUp(_ a: UnsafePointer<UInt8>, in table: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int) {
    loops.look_up_bytes(a, table, output, count)
  }

  static func lookUp(
    _ a: UnsafePointer<Float>, from start: Float, in table: [Float], into output: UnsafeMutablePointer<Float>, count: Int
  ) { loops.look_up(a, start, table, table.count, output, count) }
}
