/// Reads an image at places between pixels.
struct Sampler {
  let pixels: UnsafeBufferPointer<Float>
  let size: Size
  let fill: Float

  /// The columns of a line of the result whose places lie between the first and the last rows and columns, and this far from them; farther out below 0.
  func columns(from start: AffineMap.Step, _ across: AffineMap.Step, count: Int, margin: Double) -> Range<Int> {
    let (bottom, right) = (Double(size.height - 1) - margin, Double(size.width - 1) - margin)
    func isInside(_ column: Int) -> Bool {
      let row = start.row + across.row * Double(column)
      let place = start.column + across.column * Double(column)
      return row >= margin && row < bottom && place >= margin && place < right
    }
    var (lower, upper) = (0.0, Double(count))
    for (origin, step, limit) in [(start.row, across.row, bottom), (start.column, across.column, right)] where step != 0 {
      let (one, other) = ((margin - origin) / step, (limit - origin) / step)
      lower = Swift.max(lower, Swift.min(one, other).rounded(.down))
      upper = Swift.min(upper, Swift.max(one, other).rounded(.up) + 1)
    }
    guard lower < upper else { return 0..<0 }
    var (first, last) = (Int(lower), Int(upper))
    // Division rounds, so the ends are tried.
    while first < last && !isInside(first) { first += 1 }
    while last > first && !isInside(last - 1) { last -= 1 }
    return first..<last
  }

  func pixel(_ row: Int, _ column: Int) -> Float {
    size.contains(row: row, column: column) ? pixels[row * size.width + column] : fill
  }

  func bilinear(_ row: Double, _ column: Double) -> Float {
    let (top, left) = (Int(row.rounded(.down)), Int(column.rounded(.down)))
    let (y, x) = (Float(row - Double(top)), Float(column - Double(left)))
    let above = (1 - x) * pixel(top, left) + x * pixel(top, left + 1)
    let below = (1 - x) * pixel(top + 1, left) + x * pixel(top + 1, left + 1)
    return (1 - y) * above + y * below
  }

  func bicubic(_ row: Double, _ column: Double) -> Float {
    let (top, left) = (Int(row.rounded(.down)), Int(column.rounded(.down)))
    let (y, x) = (Float(row - Double(top)), Float(column - Double(left)))
    func line(_ row: Int) -> Float {
      Self.cubic(x, pixel(row, left - 1), pixel(row, left), pixel(row, left + 1), pixel(row, left + 2))
    }
    return Self.cubic(y, line(top - 1), line(top), line(top + 1), line(top + 2))
  }

  /// Catmull-Rom between b (at 0) and c (at 1).
  private static func cubic(_ x: Float, _ a: Float, _ b: Float, _ c: Float, _ d: Float) -> Float {
    b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))
  }
}
