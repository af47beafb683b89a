/// The least of many parabolas height + (step · (x - centre))², added by ascending centre.
struct ParabolaEnvelope {
  private var centres: [Int32]
  private var heights: [Double]
  /// Where each parabola becomes the least.
  private var froms: [Double]
  private var count = 0
  private let square: Double

  init(capacity: Int, step: Double) {
    centres = [Int32](repeating: 0, count: capacity)
    heights = [Double](repeating: 0, count: capacity)
    froms = [Double](repeating: 0, count: capacity)
    square = step * step
  }

  mutating func removeAll() { count = 0 }

  mutating func add(at centre: Int, height: Double) {
    var from = -Double.infinity
    while count > 0 {
      let last = count - 1
      let other = Int(centres[last])
      let rise = height - heights[last] + square * Double(centre * centre - other * other)
      from = rise / (2 * square * Double(centre - other))
      if from > froms[last] { break }
      count -= 1
      from = -Double.infinity
    }
    centres[count] = Int32(truncatingIfNeeded: centre)
    heights[count] = height
    froms[count] = from
    count += 1
  }

  /// Writes the least value at each x of the range; infinity where there is no parabola.
  func evaluate(_ range: Range<Int>, into line: UnsafeMutablePointer<Double>) {
    guard count > 0 else {
      for x in range { line[x] = .infinity }
      return
    }
    var current = 0
    for x in range {
      while current + 1 < count && froms[current + 1] < Double(x) { current += 1 }
      let offset = Double(x - Int(centres[current]))
      line[x] = heights[current] + square * offset * offset
    }
  }
}
