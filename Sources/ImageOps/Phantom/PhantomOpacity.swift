import Basics

/// Where air has left the lungs: clouds with ragged edges, most of them toward the periphery and the bases.
///
/// A potential over the plane is cut at the level at which the wanted share of the visible lung lies above it, so that the share is met whatever the seed.
struct PhantomOpacity: Sendable {
  private struct Cloud: Sendable {
    var x: Double
    var y: Double
    var radius: Double
    var strength: Double
  }

  private let clouds: [Cloud]
  private let noise: FractalNoise
  private let level: Double
  /// Share of the air replaced where the opacity is fully developed: ground glass to consolidation.
  private let density: Double

  /// Nil when nothing is opaque.
  init?(share: Double, _ anatomy: PhantomAnatomy, using generator: inout SeededGenerator) {
    guard share > 0 else { return nil }
    noise = FractalNoise(seed: generator.next())
    density = generator.uniform(0.3...0.75)
    let lean = generator.uniform(-0.3...0.3)
    var clouds: [Cloud] = []
    for _ in 0..<16 {
      let side = generator.uniform() < 0.5 ? -1.0 : 1.0
      let x = side * (45 + 90 * generator.uniform().squareRoot()) * anatomy.breadth
      let y = 100 + 190 * (1 - generator.uniform() * generator.uniform())
      clouds.append(Cloud(x: x, y: y, radius: generator.uniform(20...58), strength: generator.uniform(0.25...0.6) + lean * side))
    }
    self.clouds = clouds
    // The level is found on a grid of 2.5 mm, so that it does not depend on the image's size.
    var values: [Double] = []
    for row in 0..<160 {
      let level = PhantomAnatomy.Level(anatomy, y: Double(row) * 2.5 + 1.25)
      for column in 0..<160 {
        let x = Double(column) * 2.5 - 198.75
        let lung = level.lung(x)
        if lung.path > Phantom.visiblePath, !lung.isHidden { values.append(Self.potential(x, level.y, clouds, noise)) }
      }
    }
    values.sort()
    guard !values.isEmpty else { return nil }
    let cut = min(values.count - 1, Int(Double(values.count) * (1 - share)))
    level = share >= 1 ? -1e9 : values[cut]
  }

  private static func potential(_ x: Double, _ y: Double, _ clouds: [Cloud], _ noise: FractalNoise) -> Double {
    var sum = 0.0
    for cloud in clouds {
      let (dx, dy) = ((x - cloud.x) / cloud.radius, (y - cloud.y) / cloud.radius)
      let square = dx * dx + dy * dy
      if square < 4 {
        let falling = 1 - square / 4
        sum += cloud.strength * falling * falling * falling
      }
    }
    return sum + 0.85 * noise.sum(x / 60, y / 60, octaves: 5) + 0.001 * (y - 200)
  }

  /// What is opaque at a place: whether it counts as opacity, and the share of the lung's air replaced along the ray.
  func state(_ x: Double, _ y: Double) -> (isOpaque: Bool, share: Double) {
    let excess = Self.potential(x, y, clouds, noise) - level
    guard excess > -0.22 else { return (false, 0) }
    let development = smoothStep(-0.22, 0.75, excess)
    let grain = 1 + 0.3 * noise.sum(x / 14 + 50, y / 14, octaves: 3)
    return (excess > 0, min(1, max(0, density * (0.42 + 0.58 * development) * smoothStep(-0.22, 0.18, excess) * grain)))
  }
}
