/// The least of many parabolas height + (step · (x - center))², added by ascending center.
///
/// Lives inside the closure that lends its memory. Decisions that rounding could tip concern intersections outside any image or ties, where both
/// choices give the same minimum.
struct ParabolaEnvelope {
  private let centers: UnsafeMutableBufferPointer<Double>
  private let heights: UnsafeMutableBufferPointer<Double>
  /// Values at x = 0: with the common x² taken off, parabolas are lines, and these are where they start.
  private let offsets: UnsafeMutableBufferPointer<Double>
  /// Where each parabola becomes the least.
  private let froms: UnsafeMutableBufferPointer<Double>
  private let square: Double
  private var count = 0

  /// Calls `body` with an envelope for up to `capacity` parabolas.
  static func with<Result>(capacity: Int, step: Double, _ body: (inout ParabolaEnvelope) throws -> Result) rethrows -> Result {
    try withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * capacity) { memory in
      memory.initialize(repeating: 0)
      let part = { (index: Int) in UnsafeMutableBufferPointer(rebasing: memory[index * capacity..<(index + 1) * capacity]) }
      var envelope = ParabolaEnvelope(centers: part(0), heights: part(1), offsets: part(2), froms: part(3), square: step * step)
      return try body(&envelope)
    }
  }

  private init(
    centers: UnsafeMutableBufferPointer<Double>, heights: UnsafeMutableBufferPointer<Double>, offsets: UnsafeMutableBufferPointer<Double>,
    froms: UnsafeMutableBufferPointer<Double>, square: Double
  ) {
    self.centers = centers
    self.heights = heights
    self.offsets = offsets
    self.froms = froms
    self.square = square
  }

  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func add(at column: Int, height: Double) {
    let center = Double(column)
    let offset = height + square * center * center
    var last = count - 1
    while last > 0 && offset - offsets[last] <= froms[last] * (2 * square * (center - centers[last])) { last -= 1 }
    froms[last + 1] = last < 0 ? -.infinity : (offset - offsets[last]) / (2 * square * (center - centers[last]))
    centers[last + 1] = center
    heights[last + 1] = height
    offsets[last + 1] = offset
    count = last + 2
  }

  /// Writes the least value at each x of the range; infinity where there is no parabola.
  func evaluate(_ range: Range<Int>, into line: UnsafeMutablePointer<Double>) {
    guard count > 0 else {
      (line + range.lowerBound).update(repeating: .infinity, count: range.count)
      return
    }
    var current = 0
    for column in range {
      let x = Double(column)
      while current + 1 < count && froms[current + 1] < x { current += 1 }
      let aside = x - centers[current]
      line[column] = heights[current] + square * aside * aside
    }
  }
}
