import Basics
internal import Platform

/// The pulmonary vessels: trees that branch from the hila into the lungs.
struct PhantomVessels: Sendable {
  private(set) var tubes: [Tube] = []
  /// Branches that the tree in growth may still get.
  private var budget = 0

  init(_ anatomy: PhantomAnatomy, using generator: inout SeededGenerator) {
    for side in [-1.0, 1.0] {
      let hilum = (x: side * 30 * anatomy.breadth, y: side < 0 ? 192.0 : 182.0)
      // Angles from straight down, outward; the lower branches are the stronger ones.
      let roots: [(angle: Double, radius: Double)] = [
        (0.35, 6.4), (0.62, 5.0), (0.18, 4.6), (0.95, 4.2), (1.35, 3.8), (1.75, 3.4), (2.15, 3.8), (2.55, 4.2), (2.85, 3.2), (0.5, 4.0),
        (2.35, 3.0), (1.1, 3.4),
      ]
      for root in roots {
        let angle = root.angle + generator.uniform(-0.16...0.16)
        let start = (x: hilum.x + generator.uniform(-5...5), y: hilum.y + generator.uniform(-12...14))
        budget = 130
        grow(from: start, side: side, angle: angle, radius: root.radius * generator.uniform(0.75...1.05), using: &generator)
      }
    }
  }

  private mutating func grow(
    from start: (x: Double, y: Double), side: Double, angle: Double, radius: Double, using generator: inout SeededGenerator
  ) {
    guard radius > 0.5, budget > 0 else { return }
    budget -= 1
    let length = (9 + 5.2 * radius) * generator.uniform(0.75...1.3)
    let steps = 5
    var nodes = [Tube.Node(x: start.x, y: start.y, radius: radius)]
    var heading = angle
    let curl = generator.uniform(-0.10...0.10)
    for step in 1...steps {
      heading += curl + generator.uniform(-0.07...0.07)
      let last = nodes[nodes.count - 1]
      let stride = length / Double(steps)
      nodes.append(
        Tube.Node(
          x: last.x + side * sin(heading) * stride, y: last.y + cos(heading) * stride,
          radius: radius * (1 - 0.22 * Double(step) / Double(steps))))
    }
    tubes.append(Tube(nodes: nodes, wall: 0.021, core: 0, isCut: true, isInLung: true))
    let tip = nodes[nodes.count - 1]
    let spread = generator.uniform(0.22...0.55)
    let share = generator.uniform(0.30...0.70)
    grow(
      from: (tip.x, tip.y), side: side, angle: heading + spread * share, radius: radius * (0.76 - 0.12 * share), using: &generator)
    grow(
      from: (tip.x, tip.y), side: side, angle: heading - spread * (1 - share), radius: radius * (0.64 + 0.12 * share), using: &generator)
    if radius > 1.2, generator.uniform() < 0.6 {
      let middle = nodes[steps / 2]
      let sign = generator.uniform() < 0.5 ? -1.0 : 1.0
      grow(
        from: (middle.x, middle.y), side: side, angle: heading + sign * generator.uniform(0.6...1.1), radius: radius * 0.42,
        using: &generator)
    }
  }
}
