/// A smooth curve through given points (cubic Hermite, with the slopes of Catmull and Rom), level beyond the ends.
struct Profile: Sendable {
  private let knots: [(x: Double, y: Double)]

  /// - Precondition: at least two points, in ascending order of x.
  init(_ knots: [(Double, Double)]) { self.knots = knots.map { (x: $0.0, y: $0.1) } }

  func callAsFunction(_ x: Double) -> Double {
    guard x > knots[0].x else { return knots[0].y }
    guard x < knots[knots.count - 1].x else { return knots[knots.count - 1].y }
    var index = 0
    while x >= knots[index + 1].x { index += 1 }
    let (a, b) = (knots[index], knots[index + 1])
    let width = b.x - a.x
    let t = (x - a.x) / width
    let (before, after) = (knots[max(index - 1, 0)], knots[min(index + 2, knots.count - 1)])
    let (slopeA, slopeB) = ((b.y - before.y) / (b.x - before.x) * width, (after.y - a.y) / (after.x - a.x) * width)
    let (t2, t3) = (t * t, t * t * t)
    return (2 * t3 - 3 * t2 + 1) * a.y + (t3 - 2 * t2 + t) * slopeA + (3 * t2 - 2 * t3) * b.y + (t3 - t2) * slopeB
  }
}

/// 0 below the first edge, 1 above the second, smooth between.
func smoothStep(_ low: Double, _ high: Double, _ x: Double) -> Double {
  let t = min(max((x - low) / (high - low), 0), 1)
  return t * t * (3 - 2 * t)
}

/// Half the chord of a unit circle at this distance from its center; 0 outside.
func halfChord(_ x: Double) -> Double { (max(0, 1 - x * x)).squareRoot() }
